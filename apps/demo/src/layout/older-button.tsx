import type { ReactElement } from 'react'
import type { Older } from '../chat/chat-state.ts'

const words = {
  some: 'Show earlier messages',
  loading: 'Loading…',
  failed: 'Unable to load earlier messages. Try again',
} as const

/** Asks for older messages, where there are any. */
export function OlderButton({
  older,
  onLoad,
}: {
  older: Older
  onLoad: () => Promise<void>
}): ReactElement | null {
  if (older.state === 'unknown' || older.state === 'none') return null
  return (
    <button
      type="button"
      aria-disabled={older.state === 'loading'}
      onClick={() => void onLoad()}
      className="mx-auto mb-4 min-h-9 rounded-full px-4 py-1.5 text-sm font-medium text-accent-ink ring-1 ring-line hover:bg-accent-wash"
    >
      {words[older.state]}
    </button>
  )
}
