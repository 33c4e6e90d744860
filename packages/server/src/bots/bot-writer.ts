import type { Message, Payload } from '@parley/core/contract'
import type { BotEntry } from '../domain/entry-commands.ts'
import type { ListedMessage } from '../domain/queries.ts'
import type { BotRecord, LogEntry } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import { messageJson, streamDataJson } from '../wire/render.ts'
import { check } from '../wire/validation.ts'
import { assertMessageSize } from './message-size.ts'

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
      const fullMetadata = withStream(metadata, streamId)
      const entry = {
        payload: validateJson('Payload', payload, { action: 'send the message', subject: 'the payload' }),
        metadata:
          fullMetadata === undefined
            ? undefined
            : validateJson('JsonObject', fullMetadata, {
                action: 'send the message',
                subject: 'the metadata',
              }),
      }
      assertMessageSize('send the message', entry.payload, entry.metadata)
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

export function publicMessage(entry: ListedMessage): Message {
  return JSON.parse(messageJson(entry)) as Message
}

/** Adds the `streamId` to the metadata of a message that was streamed. */
export function withStream(metadata: unknown, streamId: string | undefined): unknown {
  if (streamId === undefined) return metadata
  return { ...(metadata as object | undefined), streamId }
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
