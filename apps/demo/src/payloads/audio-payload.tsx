import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import { NotPlayable } from './not-playable.tsx'
import { safeMedia } from './safe-url.ts'

export function AudioPayload({ payload }: { payload: PayloadOf<'audio'> }): ReactElement {
  const src = safeMedia(payload.audioUrl)
  if (!src) return <NotPlayable kind="sound" />
  return (
    <audio controls preload="metadata" src={src} aria-label="Sound" className="my-1 h-11 w-72 max-w-full" />
  )
}
