import type { Clock } from '@parley/core'
import { defer, filter, finalize, merge, NEVER, of, ReplaySubject, share, switchMap } from 'rxjs'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import { clockTimer } from '../time/retry-policy.ts'
import type { ConversationRef } from './conversation-store.ts'

/** How long a conversation without subscribers stays in memory, with its messages. */
const retentionMs = 300_000

export interface CacheOptions {
  clock: Clock
  onEvict: () => void
}

/**
 * A conversation that opens on the first subscription. It closes, with its messages, some time after the last
 * subscriber has left, but never while it has pending messages.
 */
export function cacheConversation(
  open: () => OpenedConversation,
  { clock, onEvict }: CacheOptions,
): ConversationRef {
  let opened: OpenedConversation | undefined
  const getHandle = (): OpenedConversation => (opened ??= open())

  return {
    getHandle,
    handle$: defer(() => merge(of(getHandle()), NEVER)).pipe(
      finalize(() => {
        opened = undefined
        onEvict()
      }),
      share({
        connector: () => new ReplaySubject(1),
        resetOnRefCountZero: () =>
          clockTimer(clock, retentionMs).pipe(
            switchMap(() => getHandle().timeline$),
            filter(({ pending }) => pending.length === 0),
          ),
      }),
    ),
  }
}
