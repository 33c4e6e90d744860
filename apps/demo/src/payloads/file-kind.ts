const kinds: Record<string, 'archive' | 'image' | 'sheet' | 'sound' | 'text' | 'video'> = {
  '7z': 'archive',
  csv: 'sheet',
  doc: 'text',
  docx: 'text',
  gif: 'image',
  gz: 'archive',
  jpeg: 'image',
  jpg: 'image',
  m4a: 'sound',
  md: 'text',
  mov: 'video',
  mp3: 'sound',
  mp4: 'video',
  ods: 'sheet',
  odt: 'text',
  ogg: 'sound',
  pdf: 'text',
  png: 'image',
  rtf: 'text',
  svg: 'image',
  tar: 'archive',
  txt: 'text',
  wav: 'sound',
  webm: 'video',
  webp: 'image',
  xls: 'sheet',
  xlsx: 'sheet',
  zip: 'archive',
}

export interface FileKind {
  /** What sort of thing it is; undefined where its name does not tell. */
  sort: (typeof kinds)[string] | undefined
  /** As it is called: “PDF”. */
  name: string | undefined
}

/** What kind of file it is, by the end of its name. */
export function fileKind(name: string | undefined): FileKind {
  const extension = /\.([a-z\d]{1,8})$/i.exec(name ?? '')?.[1]?.toLowerCase()
  if (extension === undefined) return { sort: undefined, name: undefined }
  return {
    sort: Object.hasOwn(kinds, extension) ? kinds[extension] : undefined,
    name: extension.toUpperCase(),
  }
}
