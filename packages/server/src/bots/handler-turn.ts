import type { Conversation, Message, User } from '@parley/core/contract'
import type { LastMessage } from '../domain/entry-commands.ts'
import type { BotRecord, ConversationRecord, LogEntry, UserRecord } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import type { Logger } from '../logger.ts'
import type { Hub } from '../signals/hub.ts'
import { conversationJson, userJson } from '../wire/render.ts'
import type { HistoryMessage, HistoryOptions, Turn } from './bot-definition.ts'
import { createBotWriter, publicMessage } from './bot-writer.ts'
import { createMessageStream, type TurnStream } from './message-stream.ts'
import { cancelSource } from './read-text.ts'

export interface TurnContext {
  readonly bot: BotRecord
  readonly storage: Storage
  readonly hub: Hub
  readonly logger: Logger
  readonly now: () => number
}

export interface HandlerCall {
  readonly entry: LogEntry
  readonly conversation: ConversationRecord
  readonly user: UserRecord
  readonly signal: AbortSignal
  /** INV-9: the `seq` of each entry that an interrupted run stored, oldest first. They are not stored again. */
  readonly previousOutputs: number[]
  /** Whether the handler is `onError`. */
  readonly isFailed: boolean
  readonly isConversationDeleted: () => boolean
}

/** The turn as one call of a handler sees it. */
export interface HandlerTurn {
  readonly turn: Turn
  /** Resolves when every `pipe` has settled. Rejects if one failed and the handler does not handle its rejection. */
  pipesSettled(): Promise<void>
  /** Rejects further messages, and aborts open streams. Resolves to whether the handler has sent a message. */
  close(): Promise<boolean>
  /**
   * Rejects further messages without logging them. Returns the texts so far of open streams.
   *
   * @param stored - The messages that were stored with the end of the turn.
   */
  stop(stored: Promise<readonly LogEntry[]>): LastMessage[]
}

/** The metadata of the messages of failed turns. */
export const failedMetadata = { failed: true } as const

const defaultHistory = 20
const maxHistory = 100
const maxHistoryBytes = 2 * 1024 * 1024

export function createHandlerTurn(call: HandlerCall, context: TurnContext): HandlerTurn {
  const { entry, conversation, user, signal, previousOutputs } = call
  const { bot, storage, hub, logger } = context
  const turnSeq = entry.seq
  const writer = createBotWriter(storage, { bot, conversation: { rowId: conversation.rowId }, turn: turnSeq })
  let phase: 'running' | 'over' | 'stopped' = 'running'
  let hasSent = false
  const streams = new Set<TurnStream>()
  /** Sends in flight. */
  const pending = new Set<Promise<unknown>>()
  const pipes: { sent: Promise<Message>; result: ObservedPromise<Message>; isAborted: () => boolean }[] = []

  /** Returns a reader for the next entry that an interrupted run stored. Read on demand, as entries may be large. */
  const takePreviousOutput = (): (() => Promise<LogEntry>) | undefined => {
    const seq = previousOutputs.shift()
    if (seq === undefined) return undefined
    return async () => {
      const found = await storage.queries.entry(conversation.rowId, seq)
      if (found) return found
      throw new Error(
        'Unable to return the message of the interrupted run; it was deleted. It is not sent again.',
      )
    }
  }
  const assertTurn = (): void => {
    if (phase === 'running') return
    const reason = phase === 'stopped' ? 'was stopped by a user' : 'is over'
    throw new Error(`Unable to send; the turn ${reason}. Outside of a turn, use chat.bot(webhookId).send().`)
  }
  /** Logs the error if sending fails, as the handler may not await the promise. Prevents unhandled rejections. */
  const track = <T>(send: () => Promise<T>, { isLogged = true } = {}): Promise<T> => {
    const sent = send()
    pending.add(sent)
    const settle = (): void => {
      pending.delete(sent)
    }
    sent.then(settle, (error: unknown) => {
      settle()
      if (phase === 'stopped' || !isLogged) return
      const fields = { err: error, bot: bot.userId, conversationId: conversation.id }
      logger.warn(fields, 'the bot was unable to send')
    })
    return sent
  }
  const sendMessage = (send: () => Promise<Message>, logging?: { isLogged: boolean }): Promise<Message> =>
    track(async () => {
      const message = await send()
      hasSent = true
      return message
    }, logging)
  const markFailed = <Options extends { metadata?: Record<string, unknown> }>(options: Options): Options =>
    call.isFailed ? { ...options, metadata: { ...options.metadata, ...failedMetadata } } : options

  const turn: Turn = {
    conversation: JSON.parse(conversationJson(conversation)) as Conversation,
    user: JSON.parse(userJson(user)) as User,
    signal,
    history: (options) => readHistory(options, call, context),
    reply: (payload, options = {}) =>
      sendMessage(async () => {
        assertTurn()
        const readStored = takePreviousOutput()
        return publicMessage(await (readStored ? readStored() : writer.message(payload, markFailed(options))))
      }),
    sendEvent: (payload) =>
      track(async () => {
        assertTurn()
        if (!takePreviousOutput()) await writer.event(payload)
      }),
    stream: ({ type = 'text' } = {}) => {
      if (!['text', 'markdown'].includes(type))
        throw new Error(`Unable to start the stream; its type is ${type}. Use text or markdown.`)
      const isStopped = phase === 'stopped'
      if (!isStopped) assertTurn()
      const stream = createMessageStream(
        {
          type,
          conversationRowId: conversation.rowId,
          conversationId: conversation.id,
          ownerRowId: conversation.ownerRowId,
          userId: bot.userId,
          createdAt: context.now(),
          afterSeq: turnSeq,
          signal,
          readPrevious: isStopped ? undefined : takePreviousOutput(),
          isHidden: isStopped || call.isConversationDeleted(),
        },
        { hub, writer },
      )
      // Does not throw: in a callback, such as an abort listener, an exception would end the process.
      if (isStopped) stream.stop(Promise.resolve([]))
      else streams.add(stream)
      let isAborted = false
      const ending =
        <T>(end: () => Promise<T>) =>
        async (): Promise<T> => {
          if (phase === 'over') assertTurn()
          return end()
        }
      return {
        streamId: stream.streamId,
        write: stream.write,
        pipe: (source, options = {}) => {
          const isOver = phase === 'over'
          if (isOver) cancelSource(source)
          // During the turn, the handler or the turn reports the error.
          const sent = sendMessage(
            ending(() => stream.pipe(source, markFailed(options))),
            { isLogged: isOver },
          )
          const result = new ObservedPromise<Message>((resolve, reject) => {
            sent.then(resolve, reject)
          })
          pipes.push({ sent, result, isAborted: () => isAborted })
          return result
        },
        end: (options = {}) => sendMessage(ending(() => stream.end(markFailed(options)))),
        abort: () => {
          isAborted = true
          return track(ending(() => stream.abort()))
        },
      }
    },
  }

  return {
    turn,
    pipesSettled: async () => {
      const failures: { error: unknown; isHandled: () => boolean }[] = []
      // The list may grow meanwhile.
      for (const { sent, result, isAborted } of pipes)
        await sent.catch((error: unknown) =>
          failures.push({ error, isHandled: () => result.isHandled || isAborted() }),
        )
      const failure = failures.find(({ isHandled }) => !isHandled())
      if (failure) throw failure.error
    },
    close: async () => {
      if (phase === 'running') phase = 'over'
      for (const stream of streams) if (stream.isOpen()) await track(() => stream.abort()).catch(() => {})
      await Promise.allSettled(pending)
      return hasSent
    },
    stop: (stored) => {
      phase = 'stopped'
      return [...streams]
        .filter((stream) => stream.isOpen())
        .map((stream) => stream.stop(stored))
        .filter((message) => message !== undefined)
    },
  }
}

/** Excludes outputs of an interrupted run until the handler sends them again: each run sees the same history. */
async function readHistory(
  { limit = defaultHistory, includeCurrent = false }: HistoryOptions = {},
  { entry, conversation, previousOutputs }: HandlerCall,
  { bot, storage }: TurnContext,
): Promise<HistoryMessage[]> {
  const { queries } = storage
  if (!Number.isInteger(limit) || limit < 1 || limit > maxHistory)
    throw new RangeError(
      `Unable to read the history; the limit is ${limit}. Pass an integer from 1 to ${maxHistory}.`,
    )
  const excluded = new Set([...(includeCurrent ? [] : [entry.seq]), ...previousOutputs])
  const positions = await queries.messagesBeforeTurn(
    bot,
    { conversationRowId: conversation.rowId, seq: entry.seq },
    limit + excluded.size,
  )
  let bytes = 0
  const newestFirst: HistoryMessage[] = []
  for (const { seq } of positions.filter((position) => !excluded.has(position.seq)).slice(0, limit)) {
    const stored = await queries.entry(conversation.rowId, seq)
    // Deleted meanwhile.
    if (!stored) continue
    bytes += stored.payload.length + (stored.metadata?.length ?? 0)
    if (bytes > maxHistoryBytes && newestFirst.length > 0) break
    newestFirst.push({ ...publicMessage(stored), isBot: stored.isBot })
  }
  return newestFirst.reverse()
}

/** A promise that knows whether anybody handles its rejection. Then, it is not reported as an unhandled one. */
class ObservedPromise<T> extends Promise<T> {
  isHandled = false

  constructor(executor: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void) {
    super(executor)
    super.then(undefined, () => {})
  }

  /** Promises that are derived from this one are plain: errors of those are not observed. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Also called by `await`, as for every subclass. */
  // eslint-disable-next-line unicorn/no-thenable -- a promise has a `then`
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isHandled ||= typeof onRejected === 'function'
    return super.then(onFulfilled, onRejected)
  }
}
