import type { PayloadOf } from '@parley/core'
import { ExternalLink, MapPin } from 'lucide-react'
import type { ReactElement } from 'react'

export function LocationPayload({ payload }: { payload: PayloadOf<'location'> }): ReactElement {
  const { latitude, longitude, address, title } = payload
  const href = getMapLink(payload)
  return (
    <div className="w-full max-w-sm overflow-hidden rounded-2xl bg-surface text-ink ring-1 ring-line">
      <div className="relative grid h-28 place-items-center bg-accent-subtle text-accent-text">
        <svg
          aria-hidden
          viewBox="0 0 320 112"
          preserveAspectRatio="xMidYMid slice"
          className="absolute size-full opacity-25"
        >
          <g fill="none" stroke="currentColor">
            <path strokeWidth="7" d="M-10 84C70 60 110 96 170 66S270 20 340 34" />
            <path strokeWidth="3" d="M58-5 92 120M150-5l-18 122M236-5l30 122M-5 26l340 12" />
            <path
              strokeWidth="1.5"
              d="M20-5 40 120M112-5l6 122M196-5l6 122M292-5l-8 122M-5 54l340-4M-5 100l340-18"
            />
          </g>
        </svg>
        <MapPin aria-hidden className="relative size-9 -translate-y-2 fill-surface" strokeWidth={1.75} />
      </div>
      <div className="px-4 py-3">
        {title && (
          <p className="line-clamp-3 font-semibold wrap-anywhere">
            <bdi>{title}</bdi>
          </p>
        )}
        {address && (
          <p className="line-clamp-4 text-sm text-soft wrap-anywhere">
            <bdi>{address}</bdi>
          </p>
        )}
        {href ? (
          <p className="text-sm text-soft tabular-nums">
            <bdi dir="ltr">
              {latitude.toFixed(5)}, {longitude.toFixed(5)}
            </bdi>
          </p>
        ) : (
          <p className="text-sm text-soft">These coordinates are not valid.</p>
        )}
        {href && (
          <a
            href={href}
            target="_blank"
            rel="noopener noreferrer"
            className="mt-1 inline-flex min-h-8 items-center gap-1.5 rounded-md text-sm pointer-coarse:min-h-11 font-semibold text-accent-text underline underline-offset-2"
          >
            Open map
            <ExternalLink aria-hidden className="size-4 rtl:-scale-x-100" />
          </a>
        )}
      </div>
    </div>
  )
}

/** Returns a link to a map. Undefined for invalid coordinates. */
function getMapLink({ latitude, longitude }: { latitude: number; longitude: number }): string | undefined {
  const isValid = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
  if (!isValid) return undefined
  const query = new URLSearchParams({ mlat: String(latitude), mlon: String(longitude) })
  return `https://www.openstreetmap.org/?${query}#map=15/${latitude}/${longitude}`
}
