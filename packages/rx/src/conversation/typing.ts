import type { UserSignal } from '@parley/core'
import { createState, type State } from '../time/state.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'

const typingTimeoutMs = 6_000
const sendIntervalMs = 3_000

export interface Typing {
  readonly typing$: State<readonly string[]>
  handleSignal: (signal: UserSignal) => void
  send: () => void
  clear: () => void
}

/**
 * Tracks the users who are typing: until a timeout, or until their message arrives.
 *
 * @param usesEvents - Sends and accepts typing as custom events if the server has no typing signals.
 */
export function createTyping({ me, id, clock }: ConversationDependencies, usesEvents: boolean): Typing {
  const typing$ = createState<readonly string[]>([])
  const stopTimers = new Map<string, () => void>()
  let sentAt = -Infinity

  function setTyping(userId: string, isTyping: boolean): void {
    stopTimers.get(userId)?.()
    if (!isTyping) stopTimers.delete(userId)
    else if (userId !== me.user.id)
      stopTimers.set(
        userId,
        clock.after(typingTimeoutMs, () => setTyping(userId, false)),
      )
    if (stopTimers.size !== typing$.value.length) typing$.next([...stopTimers.keys()])
  }

  async function sendNow(): Promise<void> {
    const { capabilities } = await me.serverInfo()
    if (capabilities.includes('typing')) await me.sendTyping({ conversationId: id })
    else if (usesEvents) await me.createEvent({ conversationId: id, payload: { type: 'typing' } })
  }

  return {
    typing$,
    handleSignal({ type, data }) {
      if (type === 'typing') setTyping(data.userId, true)
      else if (type === 'message_created' || type === 'message_stream_delta') setTyping(data.userId, false)
      // Bots of the hosted service always send typing as events.
      else if (type === 'event_created' && data.payload['type'] === 'typing' && (data.isBot || usesEvents))
        setTyping(data.userId, true)
    },
    send() {
      const now = clock.now()
      const elapsedMs = now - sentAt
      // Negative after the clock was set back.
      if (elapsedMs >= 0 && elapsedMs < sendIntervalMs) return
      sentAt = now
      // A retry would be too late.
      sendNow().catch(() => {})
    },
    clear() {
      for (const userId of stopTimers.keys()) setTyping(userId, false)
    },
  }
}
