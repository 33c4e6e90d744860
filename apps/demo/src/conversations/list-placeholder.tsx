import type { ReactElement } from 'react'
import { Button } from '../ui/button.tsx'

export interface ListPlaceholderProps {
  state: 'loading' | 'failed' | 'empty' | 'no_matches' | 'ready'
  onCreate: () => void
}

/** Shown while the list is loading or empty. */
export function ListPlaceholder({ state, onCreate }: ListPlaceholderProps): ReactElement | null {
  switch (state) {
    case 'ready':
      return null
    case 'loading':
      return (
        <div className="space-y-4 px-5 py-3 motion-safe:animate-pulse">
          <p className="sr-only">Loading conversations…</p>
          {['w-40', 'w-28', 'w-36'].map((width) => (
            <div key={width} className="flex items-center gap-3">
              <div className="size-11 rounded-full bg-raised" />
              <div className="flex-1 space-y-2">
                <div className="h-3.5 w-24 rounded-full bg-raised" />
                <div className={`h-3 rounded-full bg-raised ${width}`} />
              </div>
            </div>
          ))}
        </div>
      )
    case 'failed':
      return <p className={textClass}>Unable to load your conversations.</p>
    case 'no_matches':
      return <p className={textClass}>No matches. Search covers names and last messages only.</p>
    case 'empty':
      return (
        <div className={textClass}>
          <p className="mb-4">No conversations yet.</p>
          <Button variant="primary" onClick={onCreate}>
            Start a conversation
          </Button>
        </div>
      )
  }
}

const textClass = 'px-6 py-8 text-center text-sm text-soft'
