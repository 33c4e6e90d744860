import type { PayloadOf } from '@parley/core'
import {
  Download,
  ExternalLink,
  File,
  FileArchive,
  FileImage,
  FileMusic,
  FileSpreadsheet,
  FileText,
  FileVideoCamera,
  FileX,
} from 'lucide-react'
import { useId, type ReactElement } from 'react'
import { toSafeLink } from '../safe-url.ts'
import { getFileName, removeBidiControls } from './get-file-name.ts'

/** A file to download, or to open in a new tab. */
export function FilePayload({ payload }: { payload: PayloadOf<'file'> }): ReactElement {
  const id = useId()
  const href = toSafeLink(payload.fileUrl)
  const name = getFileName(href)
  const kind = getFileKind(name)
  const title = (payload.title && removeBidiControls(payload.title)) || name || 'File'
  const url = href === undefined ? undefined : new URL(href)
  // Browsers download only files from the origin of the page, and open others.
  const isSameOrigin = url?.origin === location.origin
  const details = [kind.name, isSameOrigin ? undefined : url?.host || undefined].filter(Boolean).join(' · ')
  const Icon = href ? icons[kind.category ?? 'other'] : FileX

  const content = (
    <>
      <span className="grid size-10 shrink-0 place-items-center rounded-xl bg-accent-subtle text-accent-text max-[22rem]:hidden">
        <Icon aria-hidden className="size-5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 font-medium wrap-anywhere">
          <bdi>{title}</bdi>
        </span>
        <span className="block truncate text-sm text-soft">{href ? details : 'This link is not safe.'}</span>
      </span>
    </>
  )
  const rowClass = 'flex min-w-36 flex-1 items-center gap-3 rounded-lg py-0.5'

  if (!href) return <p className={`${rowClass} max-w-sm`}>{content}</p>
  return (
    <div className="flex w-80 max-w-full flex-wrap items-center justify-end gap-1">
      <a
        id={id}
        href={href}
        download={isSameOrigin ? (name ?? true) : undefined}
        target="_blank"
        rel="noopener noreferrer"
        className={`group ${rowClass}`}
      >
        {content}
        <span className="sr-only">{isSameOrigin ? ', download' : ', opens in a new tab'}</span>
        <span className={iconClass}>
          {isSameOrigin ? (
            <Download aria-hidden className="size-4.5" />
          ) : (
            <ExternalLink aria-hidden className="size-4.5 rtl:-scale-x-100" />
          )}
        </span>
      </a>
      {isSameOrigin && (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer"
          aria-label="Open in a new tab"
          aria-describedby={id}
          title="Open in a new tab"
          className={iconClass}
        >
          <ExternalLink aria-hidden className="size-4.5 rtl:-scale-x-100" />
        </a>
      )}
    </div>
  )
}

const iconClass =
  'grid size-9 shrink-0 place-items-center rounded-lg text-soft transition-colors hover:bg-raised hover:text-ink group-hover:text-ink pointer-coarse:size-11'
const icons = {
  archive: FileArchive,
  image: FileImage,
  other: File,
  spreadsheet: FileSpreadsheet,
  audio: FileMusic,
  text: FileText,
  video: FileVideoCamera,
} as const

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

interface FileKind {
  /** Undefined for an unknown extension. */
  category: (typeof categories)[string] | undefined
  /** Display name, such as “PDF”. */
  name: string | undefined
}

/** Derives the kind of a file from its extension. */
function getFileKind(name: string | undefined): FileKind {
  const extension = /\.([a-z\d]{1,8})$/i.exec(name ?? '')?.[1]?.toLowerCase()
  if (extension === undefined) return { category: undefined, name: undefined }
  return {
    category: Object.hasOwn(categories, extension) ? categories[extension] : undefined,
    name: extension.toUpperCase(),
  }
}
