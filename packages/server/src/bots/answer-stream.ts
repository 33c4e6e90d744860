import { ApiError } from '../domain/api-error.ts'
import type { LogEntry } from '../domain/records.ts'
import { deltaJson, type Draft } from '../signals/drafts.ts'
import type { Hub } from '../signals/hub.ts'
import { newId } from '../wire/new-id.ts'
import type { AnswerStream } from './bot-definition.ts'
import { publicMessage, withStream, type BotWriter } from './bot-writer.ts'
import { maxMessageBytes, assertMessageSize, messageTooLarge } from './message-size.ts'

export interface AnswerStreamOptions {
  readonly type: 'text' | 'markdown'
  readonly conversationKey: number
  readonly conversationId: string
  readonly ownerKey: number
  readonly userId: string
  readonly createdAt: number
  /** The number of the entry that is being answered. */
  readonly afterSeq: number
  /**
   * Returns the answer that an interrupted run of this turn stored here, if any; then nothing is sent or stored again.
   */
  readonly readPrevious: (() => Promise<LogEntry>) | undefined
  /** Whether the conversation was deleted. Until its rows are removed, user streams would still receive the deltas. */
  readonly isHidden: boolean
}

/** An answer being written: deltas go to listeners as they come, the whole is stored at the end. */
export function createAnswerStream(
  options: AnswerStreamOptions,
  { hub, speaker }: { hub: Hub; speaker: BotWriter },
): AnswerStream & { isOpen(): boolean } {
  const stream: Draft = {
    streamId: newId('stream'),
    conversationKey: options.conversationKey,
    conversationId: options.conversationId,
    ownerKey: options.ownerKey,
    userId: options.userId,
    createdAt: options.createdAt,
    afterSeq: options.afterSeq,
    text: '',
    deltaSequence: -1,
  }
  const { conversationKey, conversationId, streamId } = stream
  const payloadOf = (text: string) =>
    options.type === 'text' ? { type: options.type, text } : { type: options.type, markdown: text }
  /** The size of the message if it were stored now, without the bot's metadata. */
  let bytes = byteLength(payloadOf('')) + byteLength({ streamId })
  let isOpen = true
  if (!options.readPrevious && !options.isHidden) hub.drafts.open(stream)

  const close = (operation: string): void => {
    if (!isOpen) throw new Error(`Unable to ${operation} the stream; it has ended already.`)
    isOpen = false
  }
  const abortDraft = async (): Promise<void> => {
    try {
      // If the conversation was deleted, the stream is closed and has no listeners.
      if (stream.deltaSequence >= 0 && hub.drafts.has(stream))
        await speaker.abort({ streamId, conversationId })
    } finally {
      hub.drafts.close(conversationKey, streamId)
    }
  }

  return {
    streamId,
    isOpen: () => isOpen,
    write: (text) => {
      if (!isOpen) throw new Error('Unable to write to the stream; it has ended already.')
      if (typeof text !== 'string') {
        throw new TypeError(
          `Unable to write to the stream; the text must be a string, and it is ${typeof text}.`,
        )
      }
      if (text === '') return
      const grown = bytes + byteLength(text) - '""'.length
      // Append none of the text: the stream can still be ended with the text so far, or aborted.
      if (grown > maxMessageBytes) throw messageTooLarge('Unable to write to the stream', grown)
      bytes = grown
      stream.text += text
      stream.deltaSequence++
      // Otherwise the message was stored before, or its conversation was deleted.
      if (hub.drafts.has(stream))
        hub.publishEphemeral(conversationKey, { event: 'message', json: deltaJson(stream, text) })
    },
    end: async ({ metadata } = {}) => {
      const payload = payloadOf(stream.text)
      if (isOpen && !options.readPrevious) requireFitting(payload, withStream(metadata, streamId))
      close('end')
      if (options.readPrevious) return publicMessage(await options.readPrevious())
      try {
        return publicMessage(await speaker.message(payload, metadata ? { metadata, streamId } : { streamId }))
      } catch (error) {
        await abortDraft()
        throw error
      }
    },
    abort: async () => {
      close('abort')
      if (!options.readPrevious) await abortDraft()
    },
  }
}

/** If the metadata is too large, the stream stays open, so that its text is not lost. */
function requireFitting(payload: object, metadata: unknown): void {
  try {
    assertMessageSize('Unable to end the stream', JSON.stringify(payload), JSON.stringify(metadata))
  } catch (error) {
    // Other errors in it are reported when it is sent.
    if (error instanceof ApiError) throw error
  }
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
