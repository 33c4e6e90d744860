import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { Picture } from './picture.tsx'
import { safeLink } from './safe-url.ts'

export function ImagePayload({ payload }: { payload: PayloadOf<'image'> }): ReactElement {
  const picture = <Picture url={payload.imageUrl} alt="Picture" className="max-h-96 w-full object-cover" />
  const frame = 'block max-w-sm overflow-hidden rounded-2xl ring-1 ring-line'
  const href = safeLink(payload.imageUrl)

  if (!href) return <div className={frame}>{picture}</div>
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      aria-label="Picture, opens in a new tab"
      className={frame}
    >
      {picture}
    </a>
  )
}
