import type { Message, Payload } from '@parley/core/contract'
import type { BotRecord } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import { createBotWriter, publicMessage } from './bot-writer.ts'

/** Sends as a bot outside of its turns. */
export interface BotHandle {
  /**
   * Sends a message to a conversation. Resolves when it is stored.
   *
   * @throws Error if the conversation is unknown, the payload is invalid, or payload and metadata exceed 1 MiB.
   */
  send(
    conversationId: string,
    payload: Payload,
    options?: { metadata?: Record<string, unknown> },
  ): Promise<Message>
  /** Sends an event. Events of bots are only streamed and cannot be fetched. */
  sendEvent(conversationId: string, payload: Record<string, unknown>): Promise<void>
}

export function createBotHandle(bot: BotRecord, storage: Storage): BotHandle {
  const createWriter = (id: string) => createBotWriter(storage, { bot, conversation: { id } })
  return {
    send: async (conversationId, payload, options = {}) =>
      publicMessage(await createWriter(conversationId).message(payload, options)),
    sendEvent: async (conversationId, payload) => {
      await createWriter(conversationId).event(payload)
    },
  }
}
