import type { ReactElement } from 'react'

export interface LogTopProps {
  hasOlder: boolean
  isLoading: boolean
  hasFailed: boolean
  onLoad: () => void
  isEmpty: boolean
  /** Whether all newest messages are there. */
  isSynced: boolean
}

/** The same whatever it says, as what is below must not move. */
export const logTopHeight = 56

/** What stands above the oldest message. */
export function LogTop({
  hasOlder,
  isLoading,
  hasFailed,
  onLoad,
  isEmpty,
  isSynced,
}: LogTopProps): ReactElement {
  return (
    <div
      style={{ height: logTopHeight }}
      className="grid shrink-0 place-items-center text-[0.8125rem] text-soft"
    >
      {isEmpty && !isSynced ? null : isLoading ? (
        <span>Loading earlier messages…</span>
      ) : hasOlder ? (
        <button
          type="button"
          data-load-older
          onClick={onLoad}
          className="min-h-9 rounded-full px-4 font-medium text-accent-ink ring-1 ring-line hover:bg-accent-wash pointer-coarse:min-h-11"
        >
          {hasFailed ? 'Unable to load earlier messages. Try again' : 'Show earlier messages'}
        </button>
      ) : isEmpty ? (
        <span>Nothing here yet. Say hello.</span>
      ) : isSynced ? (
        <span>This is where it began.</span>
      ) : null}
    </div>
  )
}
