import type { Message, Payload } from '@parley/core/contract'
import type { BotEntry } from '../domain/entry-commands.ts'
import type { ListedMessage } from '../domain/queries.ts'
import type { BotRecord, LogEntry } from '../domain/records.ts'
import type { Storage } from '../storage/storage.ts'
import { messageJson } from '../wire/render.ts'
import { check } from '../wire/validation.ts'
import { assertMessageSize } from './message-size.ts'

/** Where and in answer to what the bot speaks. */
export interface WriteTarget {
  readonly bot: BotRecord
  readonly conversation: BotEntry['conversation']
  /** The number of the entry that a turn answers. */
  readonly turn?: number
}

/** The bot's voice in one conversation: checks what it says as strictly as anyone's, and stores it. */
export interface BotWriter {
  message(payload: Payload, options: { metadata?: unknown; streamId?: string }): Promise<LogEntry>
  event(payload: Record<string, unknown>): Promise<LogEntry>
  abort(stream: { streamId: string; conversationId: string }): Promise<LogEntry>
}

export function createBotWriter(storage: Storage, place: WriteTarget): BotWriter {
  const append = (entry: Omit<BotEntry, keyof WriteTarget>): Promise<LogEntry> =>
    storage.execute('appendByBot', { ...place, ...entry })

  return {
    message: async (payload, { metadata, streamId }) => {
      const whole = withStream(metadata, streamId)
      const entry = {
        payload: checked('Payload', payload, 'Unable to send the message'),
        metadata:
          whole === undefined ? undefined : checked('JsonObject', whole, 'Unable to send the metadata'),
      }
      assertMessageSize('Unable to send the message', entry.payload, entry.metadata)
      return append({ kind: 'message_created', ...entry, streamId })
    },
    event: async (payload) =>
      append({ kind: 'event_created', payload: checked('JsonObject', payload, 'Unable to send the event') }),
    abort: async (stream) =>
      append({ kind: 'message_stream_abort', payload: JSON.stringify(stream), streamId: stream.streamId }),
  }
}

export function publicMessage(entry: ListedMessage): Message {
  return JSON.parse(messageJson(entry)) as Message
}

/** The metadata of a message that belongs to a stream names it. */
export function withStream(metadata: unknown, streamId: string | undefined): unknown {
  if (streamId === undefined) return metadata
  return { ...(metadata as object | undefined), streamId }
}

function checked(schema: 'Payload' | 'JsonObject', value: unknown, failed: string): string {
  const text = JSON.stringify(value) ?? 'null'
  assertMessageSize(failed, text)
  check(schema, JSON.parse(text), { failed })
  return text
}
