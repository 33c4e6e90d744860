import { setImmediate as nextIteration, setTimeout as delay } from 'node:timers/promises'
import type { LastMessage } from '../domain/entry-commands.ts'
import type { LogEntry } from '../domain/records.ts'
import type { Draft } from '../signals/drafts.ts'
import type { Hub } from '../signals/hub.ts'
import type { Sink } from '../signals/listeners.ts'
import { ApiError } from '../wire/api-error.ts'
import { newId } from '../wire/ids.ts'
import { deltaJson } from '../wire/render.ts'
import type { MessageStream } from './bot-definition.ts'
import {
  assertMessageSize,
  maxMessageBytes,
  messageTooLarge,
  publicMessage,
  withStream,
  type BotWriter,
} from './bot-writer.ts'
import { cancelSource, readText } from './read-text.ts'

export interface MessageStreamOptions {
  readonly type: 'text' | 'markdown'
  readonly conversationRowId: number
  readonly conversationId: string
  readonly ownerRowId: number
  readonly userId: string
  readonly createdAt: number
  /** The `seq` of the entry that the turn handles. */
  readonly afterSeq: number
  /** The signal of the turn. Its abort ends `pipe`. */
  readonly signal: AbortSignal
  /** Reads the message that an interrupted run stored here. If defined, nothing is sent or stored again. */
  readonly readPrevious: (() => Promise<LogEntry>) | undefined
  /**
   * Whether nobody receives the deltas: the turn was stopped, or the conversation was deleted, whose user streams would
   * receive them until its rows are removed.
   */
  readonly isHidden: boolean
}

/** A streaming message and what its turn needs of it. */
export interface TurnStream extends MessageStream {
  isOpen(): boolean
  /**
   * Ends the stream because its turn was stopped. Returns the message to store: the text so far; undefined if there is
   * none.
   *
   * @param stored - The messages that were stored with the end of the turn.
   */
  stop(stored: Promise<readonly LogEntry[]>): LastMessage | undefined
}

/** The default of `idleTimeoutMs`. Models that reason may be silent for a while. */
const defaultIdleTimeoutMs = 120_000
/** How long `pipe` waits for listeners that do not receive. The hub disconnects those with too much unsent data. */
const slowListenerTimeoutMs = 1_000

/** Creates a streaming message: its deltas are sent at once, the whole message is stored at the end. */
export function createMessageStream(
  options: MessageStreamOptions,
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
  /** Aborts when the stream closes. */
  const closing = new AbortController()
  const isOpen = (): boolean => !closing.signal.aborted
  /** Resolves with the message that was stored when the turn was stopped. */
  let stopped: Promise<LogEntry | undefined> | undefined
  if (!options.readPrevious && !options.isHidden) hub.drafts.open(draft)

  const assertOpen = (action: string): void => {
    if (!isOpen())
      throw new Error(
        `Unable to ${action} the stream; it has already ended. Start another one with stream().`,
      )
  }
  const close = (action: string): void => {
    assertOpen(action)
    closing.abort(new Error('Unable to continue the stream; it has ended.'))
  }
  const abortDraft = async (): Promise<void> => {
    try {
      // If the conversation was deleted, the draft is closed and has no listeners.
      if (draft.deltaSequence >= 0 && hub.drafts.has(draft)) await writer.abort({ streamId, conversationId })
    } finally {
      hub.drafts.close(conversationRowId, streamId)
    }
  }

  const write = (text: string): void => {
    // Handlers may need some time to notice that their turn was stopped.
    if (stopped) return
    assertOpen('write to')
    if (typeof text !== 'string')
      throw new TypeError(`Unable to write to the stream; the text is of type ${typeof text}. Pass a string.`)
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
  }

  const end: MessageStream['end'] = async ({ metadata } = {}) => {
    if (stopped) {
      const entry = await stopped
      if (entry) return publicMessage(entry)
      throw new Error('Unable to end the stream; the turn was stopped, and the stream had no text to store.')
    }
    const payload = createPayload(draft.text)
    if (isOpen() && !options.readPrevious) assertMetadataSize(payload, withStream(metadata, streamId))
    close('end')
    if (options.readPrevious) return publicMessage(await options.readPrevious())
    try {
      return publicMessage(await writer.message(payload, metadata ? { metadata, streamId } : { streamId }))
    } catch (error) {
      await abortDraft()
      throw error
    }
  }

  const abort: MessageStream['abort'] = async () => {
    if (stopped) return
    close('abort')
    if (!options.readPrevious) await abortDraft()
  }

  const pipe: MessageStream['pipe'] = async (
    source,
    { metadata, idleTimeoutMs = defaultIdleTimeoutMs } = {},
  ) => {
    if (options.readPrevious) {
      cancelSource(source)
      return end()
    }
    const signal = AbortSignal.any([options.signal, closing.signal])
    const texts = readText(source, { signal, idleTimeoutMs })
    const ending = metadata ? { metadata } : {}
    const waitForListeners = createListenerWait(hub, { conversationRowId, signal })
    try {
      for await (const text of texts) {
        write(text)
        await waitForListeners()
      }
      if (draft.text === '' && !stopped)
        throw new Error(
          'Unable to end the stream; its source ended without text. Send at least one character.',
        )
      return await end(ending)
    } catch (error) {
      if (stopped) return end(ending)
      // A source may report the abort of the turn in its own way.
      const reason: unknown = options.signal.aborted ? options.signal.reason : error
      // The draft is closed even if the abort cannot be stored.
      if (isOpen()) await abort().catch(() => {})
      throw reason
    }
  }

  return {
    streamId,
    isOpen,
    write,
    pipe,
    end,
    abort,
    stop: (stored) => {
      const { text } = draft
      const hasText = text !== '' && hub.drafts.has(draft)
      if (!hasText) hub.drafts.close(conversationRowId, streamId)
      stopped = options.readPrevious
        ? options.readPrevious()
        : stored.then((entries) => entries.find((entry) => entry.streamId === streamId))
      // If the message cannot be stored, listeners discard its text.
      stopped.catch(() => (hasText ? abortDraft() : undefined)).catch(() => {})
      closing.abort(new Error('Unable to continue the stream; its turn was stopped.'))
      if (!hasText) return undefined
      const metadata = JSON.stringify({ streamId, stopped: true })
      return { streamId, payload: JSON.stringify(createPayload(text)), metadata }
    },
  }
}

/**
 * Returns a function that resolves when the listeners of a conversation have received most of the sent data and the
 * event loop has run other work. Each listener delays it once for at most `slowListenerTimeoutMs`.
 */
function createListenerWait(
  hub: Hub,
  { conversationRowId, signal }: { conversationRowId: number; signal: AbortSignal },
): () => Promise<void> {
  const stalled = new WeakSet<Sink>()
  return async () => {
    await nextIteration()
    const slow = hub.slowSinks(conversationRowId).filter((sink) => !stalled.has(sink))
    if (slow.length === 0 || signal.aborted) return
    const end = new AbortController()
    const timeout = delay(slowListenerTimeoutMs, 'timeout', { signal: AbortSignal.any([end.signal, signal]) })
    const drained = Promise.all(slow.map((sink) => sink.drained()))
    const result = await Promise.race([drained, timeout.catch(() => 'aborted')])
    end.abort()
    if (result === 'timeout') for (const sink of hub.slowSinks(conversationRowId)) stalled.add(sink)
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
