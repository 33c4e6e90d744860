import type { Clock } from '@parley/core'
import { defer, filter, finalize, merge, NEVER, of, ReplaySubject, share, switchMap } from 'rxjs'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import { after } from '../time/waiting.ts'
import type { ConversationPlace } from './conversation-store.ts'

/** So long a conversation that nobody looks at any more is remembered, with its messages. */
const rememberedMs = 300_000

export interface RememberOptions {
  clock: Clock
  onForget: () => void
}

/**
 * A conversation that opens on the first subscription. It closes, with its messages, some time after the last
 * subscriber has left, but never while it has unsent messages.
 */
export function rememberConversation(
  open: () => OpenedConversation,
  { clock, onForget }: RememberOptions,
): ConversationPlace {
  let opened: OpenedConversation | undefined
  const now = (): OpenedConversation => (opened ??= open())

  return {
    now,
    handle$: defer(() => merge(of(now()), NEVER)).pipe(
      finalize(() => {
        opened = undefined
        onForget()
      }),
      share({
        connector: () => new ReplaySubject(1),
        resetOnRefCountZero: () =>
          after(clock, rememberedMs).pipe(
            switchMap(() => now().timeline$),
            filter(({ unsent }) => unsent.length === 0),
          ),
      }),
    ),
  }
}
