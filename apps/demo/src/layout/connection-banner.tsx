import { RotateCw, WifiOff } from 'lucide-react'
import type { ReactElement } from 'react'
import type { Connection } from '../chat/chat-state.ts'

export interface ConnectionBannerProps {
  connection: Connection
  /** Whether nothing was shown yet, so that connecting is no interruption. */
  isFirst: boolean
  onReconnect: () => Promise<void>
}

/** Says when nothing can arrive, and offers to change that. Its place is there before it speaks, so that it is read out. */
export function ConnectionBanner({ connection, isFirst, onReconnect }: ConnectionBannerProps): ReactElement {
  const isBusy = connection.state === 'connecting'
  const text = isBusy && isFirst ? undefined : textOf(connection)
  return (
    <div role="status">
      {text && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-alert-wash px-4 py-2.5 sm:px-6">
          <WifiOff aria-hidden className="size-5 shrink-0 text-alert" />
          <p className="min-w-0 flex-1 text-sm wrap-anywhere">{text}</p>
          <button
            type="button"
            aria-disabled={isBusy}
            onClick={() => isBusy || void onReconnect()}
            className="flex h-9 items-center gap-2 rounded-full bg-ink px-4 text-sm font-semibold text-canvas hover:opacity-85 aria-disabled:opacity-50"
          >
            <RotateCw aria-hidden className={`size-4 ${isBusy ? 'motion-safe:animate-spin' : ''}`} />
            Reconnect
          </button>
        </div>
      )}
    </div>
  )
}

function textOf(connection: Connection): string | undefined {
  switch (connection.state) {
    case 'lost':
      return 'The connection is gone. What you missed comes when you reconnect.'
    case 'unreachable':
      return `The chat cannot be reached. ${connection.reason}`
    case 'connecting':
      return 'Reconnecting…'
    case 'online':
      return undefined
  }
}
