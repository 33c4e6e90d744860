import type { PayloadOf } from '@parley/core'
import { Download, FileText } from 'lucide-react'
import type { ReactElement } from 'react'
import { safeLink } from './safe-url.ts'

export function FilePayload({ payload }: { payload: PayloadOf<'file'> }): ReactElement {
  const href = safeLink(payload.fileUrl)
  const title = payload.title ?? nameIn(href) ?? 'File'
  const inside = (
    <>
      <span className="grid size-10 shrink-0 place-items-center rounded-xl bg-accent-wash text-accent-ink">
        <FileText aria-hidden className="size-5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="line-clamp-2 font-medium wrap-anywhere">{title}</span>
        {!href && <span className="block text-sm opacity-80">Its address is not a safe one.</span>}
      </span>
    </>
  )
  const row = 'flex min-w-56 items-center gap-3 py-0.5'

  if (!href) return <p className={row}>{inside}</p>
  return (
    <a href={href} download target="_blank" rel="noopener noreferrer" className={`group ${row}`}>
      {inside}
      <Download aria-hidden className="size-5 shrink-0 opacity-60 group-hover:opacity-100" />
      <span className="sr-only">, download</span>
    </a>
  )
}

function nameIn(href: string | undefined): string | undefined {
  const last = href?.split(/[?#]/)[0]?.split('/').at(-1)
  try {
    return last ? decodeURIComponent(last) : undefined
  } catch {
    return last
  }
}
