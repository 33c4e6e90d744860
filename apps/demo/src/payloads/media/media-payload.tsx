import type { PayloadOf } from '@parley/core'
import { ImageOff, VideoOff, VolumeOff } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { toSafeLink, toSafeMediaUrl } from '../safe-url.ts'
import { getFileName } from './get-file-name.ts'

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

export function VideoPayload({ payload }: { payload: PayloadOf<'video'> }): ReactElement {
  const { videoUrl } = payload
  const [brokenSrc, setBrokenSrc] = useState<string>()
  const src = toSafeMediaUrl(videoUrl)
  if (!src || brokenSrc === src) return <MediaError kind="video" url={videoUrl} />
  return (
    <video
      controls
      playsInline
      preload="metadata"
      src={src}
      aria-label={`Video ${getFileName(src) ?? ''}`.trim()}
      onError={() => setBrokenSrc(src)}
      className="aspect-video w-full max-w-sm rounded-2xl bg-black object-contain ring-1 ring-line"
    />
  )
}

export interface MediaErrorProps {
  kind: keyof typeof kinds
  url: string
}

/** Shown instead of media that cannot be loaded, with its URL. */
export function MediaError({ kind, url }: MediaErrorProps): ReactElement {
  const { icon: Icon, message } = kinds[kind]
  const href = toSafeLink(url)
  const address = url.length > maxShownCharacters ? `${url.slice(0, maxShownCharacters)}…` : url
  return (
    <div className={`flex w-full max-w-sm items-center gap-3 text-sm ${kind === 'audio' ? '' : boxClass}`}>
      <Icon aria-hidden className="size-5 shrink-0 text-soft" />
      <div className="min-w-0">
        <p>{href ? message : `${message} Its link is not safe.`}</p>
        {href ? (
          <a
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            className="line-clamp-2 text-soft underline underline-offset-2 break-all hover:text-ink"
          >
            <bdi dir="ltr">{address}</bdi>
          </a>
        ) : (
          <p className="line-clamp-2 text-soft break-all">
            <bdi dir="ltr">{address}</bdi>
          </p>
        )}
      </div>
    </div>
  )
}

const maxShownCharacters = 200
// Audio is already inside a bubble.
const boxClass = 'rounded-2xl bg-raised px-4 py-3 text-ink'
const kinds = {
  image: { icon: ImageOff, message: 'Unable to show this image.' },
  audio: { icon: VolumeOff, message: 'Unable to play this audio.' },
  video: { icon: VideoOff, message: 'Unable to play this video.' },
} as const
