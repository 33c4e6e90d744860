import type { StoppedTurn } from '../domain/entry-commands.ts'
import type { LogEntry } from '../domain/records.ts'
import type { Draft } from '../signals/drafts.ts'
import type { Hub } from '../signals/hub.ts'
import { ApiError } from '../wire/api-error.ts'
import { newId } from '../wire/ids.ts'
import { deltaJson } from '../wire/render.ts'
import type { AnswerStream } from './bot-definition.ts'
import { publicMessage, withStream, type BotWriter } from './bot-writer.ts'
import { assertMessageSize, maxMessageBytes, messageTooLarge } from './message-size.ts'

export interface AnswerStreamOptions {
  readonly type: 'text' | 'markdown'
  readonly conversationRowId: number
  readonly conversationId: string
  readonly ownerRowId: number
  readonly userId: string
  readonly createdAt: number
  /** The `seq` of the entry that the turn handles. */
  readonly afterSeq: number
  /** Reads the message that an interrupted run stored here. If defined, nothing is sent or stored again. */
  readonly readPrevious: (() => Promise<LogEntry>) | undefined
  /**
   * Whether nobody receives the deltas: the turn was stopped, or the conversation was deleted, whose user streams would
   * receive them until its rows are removed.
   */
  readonly isHidden: boolean
}

/** An answer stream and what its turn needs of it. */
export interface TurnStream extends AnswerStream {
  isOpen(): boolean
  /**
   * Ends the stream because its turn was stopped. Returns the message to store: the text so far; undefined if there is
   * none.
   *
   * @param stored - The messages that were stored with the end of the turn.
   */
  stop(stored: Promise<readonly LogEntry[]>): StoppedTurn['messages'][number] | undefined
}

/** Creates a streaming message: its deltas are sent at once, the whole message is stored at the end. */
export function createAnswerStream(
  options: AnswerStreamOptions,
  { hub, writer }: { hub: Hub; writer: BotWriter },
): TurnStream {
  const draft: Draft = {
    streamId: newId('stream'),
    conversationRowId: options.conversationRowId,
    conversationId: options.conversationId,
    ownerRowId: options.ownerRowId,
    userId: options.userId,
    createdAt: options.createdAt,
    afterSeq: options.afterSeq,
    text: '',
    deltaSequence: -1,
  }
  const { conversationRowId, conversationId, streamId } = draft
  const createPayload = (text: string) =>
    options.type === 'text' ? { type: options.type, text } : { type: options.type, markdown: text }
  /** The size of the message as JSON if its turn is stopped now. */
  let bytes = byteLength(createPayload('')) + byteLength({ streamId, stopped: true })
  let isOpen = true
  /** Resolves with the message that was stored when the turn was stopped. */
  let stopped: Promise<LogEntry | undefined> | undefined
  if (!options.readPrevious && !options.isHidden) hub.drafts.open(draft)

  const close = (action: string): void => {
    if (!isOpen)
      throw new Error(
        `Unable to ${action} the stream; it has already ended. Start another one with stream().`,
      )
    isOpen = false
  }
  const abortDraft = async (): Promise<void> => {
    try {
      // If the conversation was deleted, the draft is closed and has no listeners.
      if (draft.deltaSequence >= 0 && hub.drafts.has(draft)) await writer.abort({ streamId, conversationId })
    } finally {
      hub.drafts.close(conversationRowId, streamId)
    }
  }

  return {
    streamId,
    isOpen: () => isOpen,
    write: (text) => {
      // Handlers may need some time to notice that their turn was stopped.
      if (stopped) return
      if (!isOpen)
        throw new Error(
          'Unable to write to the stream; it has already ended. Start another one with stream().',
        )
      if (typeof text !== 'string') {
        throw new TypeError(
          `Unable to write to the stream; the text is of type ${typeof text}. Pass a string.`,
        )
      }
      if (text === '') return
      const newBytes = bytes + byteLength(text) - '""'.length
      // Appends none of the text, so that the handler can still end the stream with the text so far, or abort it.
      if (newBytes > maxMessageBytes) throw messageTooLarge('write to the stream', newBytes)
      bytes = newBytes
      draft.text += text
      draft.deltaSequence++
      // Otherwise, an interrupted run stored the message, or the conversation was deleted.
      if (hub.drafts.has(draft))
        hub.publishEphemeral(conversationRowId, { event: 'message', json: deltaJson(draft, text) })
    },
    end: async ({ metadata } = {}) => {
      if (stopped) {
        const entry = await stopped
        if (entry) return publicMessage(entry)
        throw new Error(
          'Unable to end the stream; the turn was stopped, and the stream had no text to store.',
        )
      }
      const payload = createPayload(draft.text)
      if (isOpen && !options.readPrevious) assertMetadataSize(payload, withStream(metadata, streamId))
      close('end')
      if (options.readPrevious) return publicMessage(await options.readPrevious())
      try {
        return publicMessage(await writer.message(payload, metadata ? { metadata, streamId } : { streamId }))
      } catch (error) {
        await abortDraft()
        throw error
      }
    },
    abort: async () => {
      if (stopped) return
      close('abort')
      if (!options.readPrevious) await abortDraft()
    },
    stop: (stored) => {
      isOpen = false
      const { text } = draft
      const hasText = text !== '' && hub.drafts.has(draft)
      if (!hasText) hub.drafts.close(conversationRowId, streamId)
      stopped = options.readPrevious
        ? options.readPrevious()
        : stored.then((entries) => entries.find((entry) => entry.streamId === streamId))
      // If the message cannot be stored, listeners discard its text.
      stopped.catch(() => (hasText ? abortDraft() : undefined)).catch(() => {})
      if (!hasText) return undefined
      const metadata = JSON.stringify({ streamId, stopped: true })
      return { streamId, payload: JSON.stringify(createPayload(text)), metadata }
    },
  }
}

/** Throws before the stream is closed, so that its text is not lost if the metadata is too large. */
function assertMetadataSize(payload: object, metadata: unknown): void {
  try {
    assertMessageSize('end the stream', JSON.stringify(payload), JSON.stringify(metadata))
  } catch (error) {
    // Other errors are thrown when the message is sent.
    if (error instanceof ApiError) throw error
  }
}

function byteLength(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
