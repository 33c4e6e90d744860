const categories: Record<string, 'archive' | 'image' | 'spreadsheet' | 'audio' | 'text' | 'video'> = {
  '7z': 'archive',
  csv: 'spreadsheet',
  doc: 'text',
  docx: 'text',
  gif: 'image',
  gz: 'archive',
  jpeg: 'image',
  jpg: 'image',
  m4a: 'audio',
  md: 'text',
  mov: 'video',
  mp3: 'audio',
  mp4: 'video',
  ods: 'spreadsheet',
  odt: 'text',
  ogg: 'audio',
  pdf: 'text',
  png: 'image',
  rtf: 'text',
  svg: 'image',
  tar: 'archive',
  txt: 'text',
  wav: 'audio',
  webm: 'video',
  webp: 'image',
  xls: 'spreadsheet',
  xlsx: 'spreadsheet',
  zip: 'archive',
}

export interface FileKind {
  /** Undefined for an unknown extension. */
  category: (typeof categories)[string] | undefined
  /** Display name, such as “PDF”. */
  name: string | undefined
}

/** Derives the kind of a file from its extension. */
export function getFileKind(name: string | undefined): FileKind {
  const extension = /\.([a-z\d]{1,8})$/i.exec(name ?? '')?.[1]?.toLowerCase()
  if (extension === undefined) return { category: undefined, name: undefined }
  return {
    category: Object.hasOwn(categories, extension) ? categories[extension] : undefined,
    name: extension.toUpperCase(),
  }
}
