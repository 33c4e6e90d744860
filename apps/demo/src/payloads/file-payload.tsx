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
  FileX,
  FileVideoCamera,
} from 'lucide-react'
import { useId, type ReactElement } from 'react'
import { fileKind } from './file-kind.ts'
import { fileName, withoutDisguise } from './file-name.ts'
import { safeLink } from './safe-url.ts'

/** A file to be downloaded, or looked at in a tab of its own. */
export function FilePayload({ payload }: { payload: PayloadOf<'file'> }): ReactElement {
  const id = useId()
  const href = safeLink(payload.fileUrl)
  const name = fileName(href)
  const kind = fileKind(name)
  const title = (payload.title && withoutDisguise(payload.title)) || name || 'File'
  const url = href === undefined ? undefined : new URL(href)
  // A browser downloads only what comes from the page's own server, and opens the rest.
  const isOwn = url?.origin === location.origin
  const about = [kind.name, isOwn ? undefined : url?.host || undefined].filter(Boolean).join(' · ')
  const Icon = href ? icons[kind.sort ?? 'other'] : FileX

  const inside = (
    <>
      <span className="grid size-10 shrink-0 place-items-center rounded-xl bg-accent-wash text-accent-ink max-[22rem]:hidden">
        <Icon aria-hidden className="size-5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 font-medium wrap-anywhere">
          <bdi>{title}</bdi>
        </span>
        <span className="block truncate text-sm text-soft">
          {href ? about : 'Its address is not a safe one.'}
        </span>
      </span>
    </>
  )
  const row = 'flex min-w-36 flex-1 items-center gap-3 rounded-lg py-0.5'

  if (!href) return <p className={`${row} max-w-sm`}>{inside}</p>
  return (
    <div className="flex w-80 max-w-full flex-wrap items-center justify-end gap-1">
      <a
        id={id}
        href={href}
        download={isOwn ? (name ?? true) : undefined}
        target="_blank"
        rel="noopener noreferrer"
        className={`group ${row}`}
      >
        {inside}
        <span className="sr-only">{isOwn ? ', download' : ', opens in a new tab'}</span>
        <span className={square}>
          {isOwn ? (
            <Download aria-hidden className="size-4.5" />
          ) : (
            <ExternalLink aria-hidden className="size-4.5 rtl:-scale-x-100" />
          )}
        </span>
      </a>
      {isOwn && (
        <a
          href={href}
          target="_blank"
          rel="noopener noreferrer"
          aria-label="Open in a new tab"
          aria-describedby={id}
          title="Open in a new tab"
          className={square}
        >
          <ExternalLink aria-hidden className="size-4.5 rtl:-scale-x-100" />
        </a>
      )}
    </div>
  )
}

const square =
  'grid size-9 shrink-0 place-items-center rounded-lg text-soft transition-colors hover:bg-raised hover:text-ink group-hover:text-ink pointer-coarse:size-11'
const icons = {
  archive: FileArchive,
  image: FileImage,
  other: File,
  sheet: FileSpreadsheet,
  sound: FileMusic,
  text: FileText,
  video: FileVideoCamera,
} as const
