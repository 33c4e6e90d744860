import { isChatError, type ConnectedUser, type Message } from '@parley/core'
import type { LiveConversation } from '@parley/rx'

/** Sends a text to a conversation exactly once, despite faults of the server. */
export type TextSender = (text: string) => Promise<unknown>

export function conversationSender(conversation: LiveConversation): TextSender {
  return (text) => conversation.send({ type: 'text', text })
}

/** Sends with the client of core: one text at a time, retrying each with the same idempotency key. */
export function clientSender(me: ConnectedUser, conversationId: string): TextSender {
  let lastSending: Promise<unknown> = Promise.resolve()

  async function sendWithRetry(text: string): Promise<Message> {
    const idempotencyKey = `${conversationId} ${text}`
    for (;;) {
      try {
        const input = { conversationId, payload: { type: 'text' as const, text } }
        return (await me.createMessage(input, { idempotencyKey })).message
      } catch (error) {
        if (!isChatError(error) || !transientTypes.has(error.type)) throw error
      }
    }
  }

  return (text) => (lastSending = lastSending.then(() => sendWithRetry(text)))
}

const transientTypes: ReadonlySet<string> = new Set(['NetworkFailed', 'TimedOut', 'Unavailable'])
