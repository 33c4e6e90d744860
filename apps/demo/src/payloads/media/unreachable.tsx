import { ImageOff, VolumeOff, VideoOff } from 'lucide-react'
import type { ReactElement } from 'react'
import { safeLink } from '../safe-url.ts'

export interface UnreachableProps {
  kind: keyof typeof words
  url: string
}

/** Stands where something cannot be shown or played, with its address, so that it can be told why. */
export function Unreachable({ kind, url }: UnreachableProps): ReactElement {
  const { icon: Icon, sentence } = words[kind]
  const href = safeLink(url)
  const address = url.length > shown ? `${url.slice(0, shown)}…` : url
  return (
    <div className={`flex w-full max-w-sm items-center gap-3 text-sm ${kind === 'sound' ? '' : box}`}>
      <Icon aria-hidden className="size-5 shrink-0 text-soft" />
      <div className="min-w-0">
        <p>{href ? sentence : `${sentence} Its address is not a safe one.`}</p>
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

const shown = 200
// A sound stands in a bubble already.
const box = 'rounded-2xl bg-raised px-4 py-3 text-ink'
const words = {
  picture: { icon: ImageOff, sentence: 'This picture cannot be shown.' },
  sound: { icon: VolumeOff, sentence: 'This sound cannot be played.' },
  video: { icon: VideoOff, sentence: 'This video cannot be played.' },
} as const
