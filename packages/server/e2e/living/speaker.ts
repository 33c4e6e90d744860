import { isChatError, type ConnectedUser, type Message } from '@parley/core'
import type { LiveConversation } from '@parley/rx'

/** Says something to a conversation, once, whatever befalls the server. */
export type Speaker = (text: string) => Promise<unknown>

export function speakerIn(conversation: LiveConversation): Speaker {
  return (text) => conversation.send({ type: 'text', text })
}

/** One that has core's client alone: it says one thing after the other, and repeats itself until it was heard. */
export function plainSpeaker(me: ConnectedUser, conversationId: string): Speaker {
  let turn: Promise<unknown> = Promise.resolve()

  async function sayOnce(text: string): Promise<Message> {
    const idempotencyKey = `${conversationId} ${text}`
    for (;;) {
      try {
        const input = { conversationId, payload: { type: 'text' as const, text } }
        return (await me.createMessage(input, { idempotencyKey })).message
      } catch (error) {
        if (!isChatError(error) || !isPassing.has(error.type)) throw error
      }
    }
  }

  return (text) => (turn = turn.then(() => sayOnce(text)))
}

const isPassing: ReadonlySet<string> = new Set(['NetworkFailed', 'TimedOut', 'Unavailable'])
