import type { Clock, ConnectedUser, UserSignal } from '@parley/core'
import { BehaviorSubject } from 'rxjs'

const shownMs = 6_000
const sentMs = 3_000

export interface Typing {
  readonly typing$: BehaviorSubject<readonly string[]>
  hear: (signal: UserSignal) => void
  send: () => void
  clear: () => void
}

export interface TypingOptions {
  me: ConnectedUser
  conversationId: string
  clock: Clock
  /** Whether it is sent, and heard from others, as an event where the server has nothing better. */
  isSentAsEvent: boolean
}

/** Who is typing: it ends by itself, or with what was typed. */
export function createTyping({ me, conversationId, clock, isSentAsEvent }: TypingOptions): Typing {
  const typing$ = new BehaviorSubject<readonly string[]>([])
  const ends = new Map<string, () => void>()
  let sentAt = -Infinity

  function show(userId: string): void {
    if (userId === me.user.id) return
    ends.get(userId)?.()
    ends.set(
      userId,
      clock.after(shownMs, () => hide(userId)),
    )
    if (!typing$.value.includes(userId)) typing$.next([...typing$.value, userId])
  }

  function hide(userId: string): void {
    ends.get(userId)?.()
    if (ends.delete(userId)) typing$.next(typing$.value.filter((each) => each !== userId))
  }

  async function tell(): Promise<void> {
    const { abilities } = await me.hello()
    if (abilities.includes('typing')) await me.sendTyping({ conversationId })
    else if (isSentAsEvent) await me.createEvent({ conversationId, payload: { type: 'typing' } })
  }

  return {
    typing$,
    hear({ type, data }) {
      if (type === 'typing') show(data.userId)
      else if (type === 'message_created' || type === 'message_stream_delta') hide(data.userId)
      // The hosted service's bots have no other way to say it.
      else if (type === 'event_created' && data.payload['type'] === 'typing' && (data.isBot || isSentAsEvent))
        show(data.userId)
    },
    send() {
      const now = clock.now()
      if (now - sentAt < sentMs) return
      sentAt = now
      // It would be late the next time.
      tell().catch(() => {})
    },
    clear() {
      for (const userId of ends.keys()) hide(userId)
    },
  }
}
