import type { PayloadOf } from '@parley/core'
import { useState, type ReactElement } from 'react'
import { getFileName } from '../get-file-name.ts'
import { toSafeMediaUrl } from '../safe-url.ts'
import { MediaError } from './media-error.tsx'

export function AudioPayload({ payload }: { payload: PayloadOf<'audio'> }): ReactElement {
  const { audioUrl } = payload
  const [brokenSrc, setBrokenSrc] = useState<string>()
  const src = toSafeMediaUrl(audioUrl)
  if (!src || brokenSrc === src) return <MediaError kind="audio" url={audioUrl} />
  return (
    <audio
      controls
      preload="metadata"
      src={src}
      aria-label={`Audio ${getFileName(src) ?? ''}`.trim()}
      onError={() => setBrokenSrc(src)}
      className="my-1 h-11 w-80 max-w-full"
    />
  )
}
