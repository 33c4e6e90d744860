import type { ReactElement } from 'react'
import { Button } from '../ui/button.tsx'

export interface ListStateProps {
  state: 'loading' | 'failed' | 'none' | 'not_found' | 'some'
  onCreate: () => void
}

/** What stands in the place of the list where there is none. */
export function ListState({ state, onCreate }: ListStateProps): ReactElement | null {
  switch (state) {
    case 'some':
      return null
    case 'loading':
      return (
        <div className="space-y-4 px-5 py-3 motion-safe:animate-pulse">
          <p className="sr-only">Loading the conversations…</p>
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
      return <p className={words}>The conversations cannot be shown.</p>
    case 'not_found':
      return <p className={words}>Nothing found. Only names and last messages are searched.</p>
    case 'none':
      return (
        <div className={words}>
          <p className="mb-4">You have no conversations.</p>
          <Button look="primary" onClick={onCreate}>
            Start one
          </Button>
        </div>
      )
  }
}

const words = 'px-6 py-8 text-center text-sm text-soft'
