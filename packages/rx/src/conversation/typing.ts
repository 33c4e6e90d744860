import type { UserSignal } from '@parley/core'
import { createState, type State } from '../time/state.ts'
import type { Context } from './context.ts'

const shownMs = 6_000
const sentMs = 3_000

export interface Typing {
  readonly typing$: State<readonly string[]>
  hear: (signal: UserSignal) => void
  send: () => void
  clear: () => void
}

/**
 * Who is typing: it ends by itself, or with what was typed.
 *
 * @param isSentAsEvent - Whether it is sent, and heard from others, as an event where the server has nothing better.
 */
export function createTyping({ me, id, clock }: Context, isSentAsEvent: boolean): Typing {
  const typing$ = createState<readonly string[]>([])
  const ends = new Map<string, () => void>()
  let sentAt = -Infinity

  function show(userId: string, isTyping: boolean): void {
    ends.get(userId)?.()
    if (!isTyping) ends.delete(userId)
    else if (userId !== me.user.id)
      ends.set(
        userId,
        clock.after(shownMs, () => show(userId, false)),
      )
    if (ends.size !== typing$.value.length) typing$.next([...ends.keys()])
  }

  async function tell(): Promise<void> {
    const { capabilities } = await me.serverInfo()
    if (capabilities.includes('typing')) await me.sendTyping({ conversationId: id })
    else if (isSentAsEvent) await me.createEvent({ conversationId: id, payload: { type: 'typing' } })
  }

  return {
    typing$,
    hear({ type, data }) {
      if (type === 'typing') show(data.userId, true)
      else if (type === 'message_created' || type === 'message_stream_delta') show(data.userId, false)
      // The hosted service's bots have no other way to say it.
      else if (type === 'event_created' && data.payload['type'] === 'typing' && (data.isBot || isSentAsEvent))
        show(data.userId, true)
    },
    send() {
      const now = clock.now()
      const passedMs = now - sentAt
      // Negative after the clock was set back.
      if (passedMs >= 0 && passedMs < sentMs) return
      sentAt = now
      // It would be late the next time.
      tell().catch(() => {})
    },
    clear() {
      for (const userId of ends.keys()) show(userId, false)
    },
  }
}
