import type { ReactElement } from 'react'

export interface LoadOlderProps {
  hasOlder: boolean
  isLoading: boolean
  hasFailed: boolean
  onLoad: () => void
  isEmpty: boolean
  /** Whether the newest messages are loaded. */
  isSynced: boolean
}

/** Constant, so that the messages below do not move. In pixels. */
export const loadOlderHeight = 56

/** Loads older messages, or marks the start of the conversation. */
export function LoadOlder({
  hasOlder,
  isLoading,
  hasFailed,
  onLoad,
  isEmpty,
  isSynced,
}: LoadOlderProps): ReactElement {
  return (
    <div
      style={{ height: loadOlderHeight }}
      className="grid shrink-0 place-items-center text-[0.8125rem] text-soft"
    >
      {isEmpty && !isSynced ? null : isLoading ? (
        <span>Loading earlier messages…</span>
      ) : hasOlder ? (
        <button
          type="button"
          data-load-older
          onClick={onLoad}
          className="min-h-9 rounded-full px-4 font-medium text-accent-text ring-1 ring-line hover:bg-accent-subtle pointer-coarse:min-h-11"
        >
          {hasFailed ? 'Unable to load earlier messages. Retry' : 'Show earlier messages'}
        </button>
      ) : isEmpty ? (
        <span>No messages yet. Say hello!</span>
      ) : isSynced ? (
        <span>Start of conversation</span>
      ) : null}
    </div>
  )
}
