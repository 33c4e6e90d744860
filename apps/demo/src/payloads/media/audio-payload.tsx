import type { PayloadOf } from '@parley/core'
import { useState, type ReactElement } from 'react'
import { fileName } from '../file-name.ts'
import { safeMedia } from '../safe-url.ts'
import { Unreachable } from './unreachable.tsx'

export function AudioPayload({ payload }: { payload: PayloadOf<'audio'> }): ReactElement {
  const { audioUrl } = payload
  const [broken, setBroken] = useState<string>()
  const src = safeMedia(audioUrl)
  if (!src || broken === src) return <Unreachable kind="sound" url={audioUrl} />
  return (
    <audio
      controls
      preload="metadata"
      src={src}
      aria-label={`Sound ${fileName(src) ?? ''}`.trim()}
      onError={() => setBroken(src)}
      className="my-1 h-11 w-80 max-w-full"
    />
  )
}
