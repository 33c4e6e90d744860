import type { ConnectionStatus } from '@parley/core'
import { RotateCw, WifiOff } from 'lucide-react'
import { useEffect, useState, type ReactElement } from 'react'
import { ErrorDetails } from '../ui/error-message.tsx'
import { useDelayed } from '../ui/use-delayed.ts'

export interface ConnectionBannerProps {
  connection: ConnectionStatus
  /** What happens when the connection is restored. */
  hint: string
  onReconnect: () => void
}

/** Shorter interruptions are not reported. */
const showDelayMs = 1_200

/** Reports a lost connection. The live region is always present, as screen readers may ignore a new one. */
export function ConnectionBanner({ connection, hint, onReconnect }: ConnectionBannerProps): ReactElement {
  const isLost = connection.state !== 'online'
  const isShown = useDelayed(isLost, showDelayMs)
  return (
    <div role="status">
      {isLost && isShown && (
        <div className="border-b border-line bg-alert-subtle">
          <div className="mx-auto flex max-w-3xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2 sm:px-6">
            <WifiOff aria-hidden className="size-5 shrink-0 text-alert" />
            <div className="min-w-0 flex-1 text-sm">
              <p className="font-medium">{getStatusText(connection)}</p>
              <p className="text-[0.8125rem] text-soft">
                {connection.state === 'closed' ? 'Reload the page to connect again.' : hint}
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
              onClick={onReconnect}
              className="flex min-h-9 items-center gap-2 rounded-full bg-ink px-4 text-sm font-semibold text-canvas hover:opacity-85 pointer-coarse:min-h-11"
            >
              <RotateCw aria-hidden className="size-4" />
              Retry now
            </button>
          </div>
        </div>
      )}
    </div>
  )
}

/** Not announced, as it changes every second. */
function Countdown({ until }: { until: number }): ReactElement {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.ceil((until - now) / 1_000)
  return (
    <p aria-live="off" className="min-w-28 text-sm text-soft tabular-nums">
      {seconds > 0 ? `Retrying in ${seconds} s` : 'Retrying…'}
    </p>
  )
}

function getStatusText(connection: ConnectionStatus): string {
  switch (connection.state) {
    case 'connecting':
      return 'Connecting…'
    case 'reconnecting':
      return 'Connection lost. Reconnecting…'
    case 'offline':
      return 'You are offline.'
    case 'closed':
      return 'Connection closed.'
    case 'online':
      return ''
  }
}
