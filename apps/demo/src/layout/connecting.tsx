import type { ChatState } from '@parley/react'
import { CloudOff } from 'lucide-react'
import type { ReactElement } from 'react'
import { Button } from '../ui/button.tsx'
import { ErrorMessage } from '../ui/error-message.tsx'

export interface ConnectingProps {
  progress: Exclude<ChatState, { state: 'connected' }>
  onSettings: () => void
}

/** What stands there until there is a user: nothing, as long as it goes well. */
export function Connecting({ progress, onSettings }: ConnectingProps): ReactElement {
  const { state, error, connect } = progress
  return (
    <main className="grid flex-1 place-items-center p-6">
      <div role="status">
        {error && (
          <div className="grid max-w-sm justify-items-center gap-3 text-center">
            <CloudOff aria-hidden className="size-10 text-soft" />
            <h1 className="text-lg font-semibold">The chat cannot be reached</h1>
            <div className="text-sm text-soft wrap-anywhere">
              {state === 'connecting' && <p>Retrying…</p>}
              <ErrorMessage error={error} />
            </div>
            <div className="mt-1 flex flex-wrap justify-center gap-2">
              <Button look="primary" onClick={connect}>
                Try now
              </Button>
              <Button onClick={onSettings}>Server settings</Button>
            </div>
          </div>
        )}
      </div>
    </main>
  )
}
