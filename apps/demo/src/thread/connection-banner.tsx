import type { ConnectionStatus } from '@parley/core'
import { RotateCw, WifiOff } from 'lucide-react'
import { useEffect, useState, type ReactElement } from 'react'
import { ErrorDetails } from '../ui/error-message.tsx'
import { useDelayed } from '../ui/use-delayed.ts'

export interface ConnectionBannerProps {
  connection: ConnectionStatus
  onTryNow: () => void
}

/** What lasts shorter is not worth a word. */
const quietMs = 1_200

/** Says when nothing can arrive, and until when. Its place is there before it speaks, so that it is read out. */
export function ConnectionBanner({ connection, onTryNow }: ConnectionBannerProps): ReactElement {
  const isLost = connection.state !== 'online'
  const isOld = useDelayed(isLost, quietMs)
  return (
    <div role="status">
      {isLost && isOld && (
        <div className="border-b border-line bg-alert-wash">
          <div className="mx-auto flex max-w-3xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2 sm:px-6">
            <WifiOff aria-hidden className="size-5 shrink-0 text-alert" />
            <div className="min-w-0 flex-1 text-sm">
              <p className="font-medium">{textOf(connection)}</p>
              <p className="text-[0.8125rem] text-soft">
                {connection.state === 'closed'
                  ? 'Reload the page to connect again.'
                  : 'Your messages are sent when the connection is back.'}
              </p>
              {'cause' in connection && connection.cause !== undefined && (
                <div className="text-[0.8125rem] text-soft">
                  <ErrorDetails error={connection.cause} />
                </div>
              )}
            </div>
            {connection.state === 'reconnecting' && (
              <Countdown key={connection.retryAt} until={connection.retryAt} />
            )}
            <button
              type="button"
              onClick={onTryNow}
              className="flex min-h-9 items-center gap-2 rounded-full bg-ink px-4 text-sm font-semibold text-canvas hover:opacity-85 pointer-coarse:min-h-11"
            >
              <RotateCw aria-hidden className="size-4" />
              Try now
            </button>
          </div>
        </div>
      )}
    </div>
  )
}

/** Not read out: it would be, every second. */
function Countdown({ until }: { until: number }): ReactElement {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.ceil((until - now) / 1_000)
  return (
    <p aria-live="off" className="min-w-28 text-sm text-soft tabular-nums">
      {seconds > 0 ? `Next try in ${seconds} s` : 'Trying…'}
    </p>
  )
}

function textOf(connection: ConnectionStatus): string {
  switch (connection.state) {
    case 'connecting':
      return 'Connecting…'
    case 'reconnecting':
      return 'The connection is lost. Reconnecting…'
    case 'offline':
      return 'This device is offline.'
    case 'closed':
      return 'The connection has ended.'
    case 'online':
      return ''
  }
}
