import type { Clock } from '@parley/core'
import { defer, filter, finalize, merge, NEVER, of, ReplaySubject, share } from 'rxjs'
import type { LivingConversation } from '../conversation/living-conversation.ts'
import { after } from '../time/waiting.ts'
import type { ConversationPlace } from './shared-conversation.ts'

/** So long a conversation that nobody looks at any more is remembered, with its messages. */
const rememberedMs = 300_000

export interface RememberOptions {
  clock: Clock
  onForget: () => void
}

/**
 * A conversation that is opened when it is needed. Some time after the last has left it is let go of, with its messages, unless
 * something is in it that was sent and did not arrive.
 */
export function rememberConversation(
  open: () => LivingConversation,
  { clock, onForget }: RememberOptions,
): ConversationPlace {
  let living: LivingConversation | undefined
  /** How many were sent, and neither arrived nor were discarded. */
  let unsent = 0

  function counted(opened: LivingConversation): LivingConversation {
    function count<T>(sending: Promise<T>): Promise<T> {
      sending.then(
        () => unsent--,
        // What failed is still there: for another attempt.
        () => {},
      )
      return sending
    }
    return {
      ...opened,
      send(...input) {
        unsent++
        return count(opened.send(...input))
      },
      retry: (key) => count(opened.retry(key)),
      discard(key) {
        unsent--
        opened.discard(key)
      },
    }
  }

  const now = (): LivingConversation => (living ??= counted(open()))

  return {
    now,
    living$: defer(() => merge(of(now()), NEVER)).pipe(
      finalize(() => {
        living = undefined
        unsent = 0
        onForget()
      }),
      share({
        connector: () => new ReplaySubject(1),
        resetOnRefCountZero: () => after(clock, rememberedMs).pipe(filter(() => unsent <= 0)),
      }),
    ),
  }
}
