import type { Message, Payload } from '@parley/core/contract'
import type { BotEntry } from '../domain/entry-commands.ts'
import type { ListedMessage } from '../domain/queries.ts'
import type { BotRecord, LogEntry } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import { ApiError } from '../wire/api-error.ts'
import { messageJson, streamDataJson } from '../wire/render.ts'
import { check } from '../wire/validation.ts'

/** The conversation to which the bot writes, and the current turn if any. */
export interface WriteTarget {
  readonly bot: BotRecord
  readonly conversation: BotEntry['conversation']
  /** The `seq` of the entry that the turn handles. */
  readonly turn?: number
}

/** Writes as a bot to one conversation. Validates payloads like those of users, and stores them. */
export interface BotWriter {
  message(payload: Payload, options: { metadata?: unknown; streamId?: string }): Promise<LogEntry>
  event(payload: Record<string, unknown>): Promise<LogEntry>
  abort(stream: { streamId: string; conversationId: string }): Promise<LogEntry>
}

export function createBotWriter(storage: Storage, target: WriteTarget): BotWriter {
  const append = (entry: Omit<BotEntry, keyof WriteTarget>): Promise<LogEntry> =>
    storage.execute('appendByBot', { ...target, ...entry })

  return {
    message: async (payload, { metadata, streamId }) => {
      const action = 'send the message'
      const fullMetadata = withStream(metadata, streamId)
      const entry = {
        payload: validateJson('Payload', payload, { action, subject: 'the payload' }),
        metadata:
          fullMetadata === undefined
            ? undefined
            : validateJson('JsonObject', fullMetadata, { action, subject: 'the metadata' }),
      }
      assertMessageSize(action, entry.payload, entry.metadata)
      return append({ kind: 'message_created', ...entry, streamId })
    },
    event: async (payload) =>
      append({
        kind: 'event_created',
        payload: validateJson('JsonObject', payload, { action: 'send the event', subject: 'the payload' }),
      }),
    abort: async (stream) =>
      append({ kind: 'message_stream_abort', payload: streamDataJson(stream), streamId: stream.streamId }),
  }
}

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

export function publicMessage(entry: ListedMessage): Message {
  return JSON.parse(messageJson(entry)) as Message
}

/** Adds the `streamId` to the metadata of a message that was streamed. */
export function withStream(metadata: unknown, streamId: string | undefined): unknown {
  if (streamId === undefined) return metadata
  return { ...(metadata as object | undefined), streamId }
}

/** The limit for a bot's messages and events, payload and metadata together. Equals the limit of request bodies. */
export const maxMessageBytes: number = 1024 * 1024

/** @throws ApiError of type `PayloadTooLarge` that names the limit. */
export function assertMessageSize(action: string, ...texts: (string | undefined)[]): void {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0)
  if (bytes > maxMessageBytes) throw messageTooLarge(action, bytes)
}

export function messageTooLarge(action: string, bytes: number): ApiError {
  return new ApiError(
    'PayloadTooLarge',
    `Unable to ${action}; payload and metadata have ${bytes} bytes as JSON, ` +
      `and the limit is ${maxMessageBytes} (1 MiB). Send less, or several messages.`,
  )
}

function validateJson(
  schema: 'Payload' | 'JsonObject',
  value: unknown,
  { action, subject }: { action: string; subject: string },
): string {
  const text = JSON.stringify(value) ?? 'null'
  assertMessageSize(action, text)
  check(schema, JSON.parse(text), { action, subject })
  return text
}
