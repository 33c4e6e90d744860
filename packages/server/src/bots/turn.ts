import type { Conversation, Event, User } from '@parley/core/contract'
import type { StoppedTurn } from '../domain/entry-commands.ts'
import type { BotRecord, ConversationRecord, LogEntry, UserRecord } from '../domain/records.ts'
import type { Storage } from '../domain/storage.ts'
import type { Logger } from '../logger.ts'
import type { Hub } from '../signals/hub.ts'
import { type EntryKind, conversationJson, eventJson, userJson } from '../wire/render.ts'
import { createAnswerStream, type TurnStream } from './answer-stream.ts'
import type { BotDefinition, Turn } from './bot-definition.ts'
import { createBotWriter, publicMessage } from './bot-writer.ts'

export interface TurnContext {
  readonly bot: BotRecord
  readonly storage: Storage
  readonly hub: Hub
  readonly logger: Logger
  readonly now: () => number
}

export interface TurnRequest {
  readonly entry: LogEntry
  readonly conversation: ConversationRecord
  readonly user: UserRecord
  readonly signal: AbortSignal
  /** INV-9: the `seq` of each entry that an interrupted run stored, oldest first. They are not stored again. */
  readonly previousOutputs: number[]
  readonly isConversationDeleted: () => boolean
}

const maxHistory = 100
const maxHistoryBytes = 2 * 1024 * 1024

/** How long a handler may keep running after its signal has aborted. */
const abortTimeoutMs = 2_000

/** A turn whose handler was called. */
export interface TurnRun {
  /** Settles when the handler does, or some time after the signal aborted. */
  readonly finished: Promise<void>
  /**
   * Ends the turn for its conversation: stores the text so far of its open streams, and rejects further messages of the
   * handler.
   *
   * @param store - Stores the messages together with the end of the turn.
   */
  stop(store: (messages: StoppedTurn['messages']) => Promise<LogEntry[]>): Promise<void>
}

/** Calls the handler for one entry. When it has finished, streams that are still open are aborted. */
export function startTurn(definition: BotDefinition, request: TurnRequest, context: TurnContext): TurnRun {
  const state: TurnState = { phase: 'running', open: new Set() }
  const turn = createTurn(request, context, state)

  const run = async (): Promise<void> => {
    try {
      await raceAbort(callHandler(definition, request.entry, turn), request.signal)
    } finally {
      if (state.phase === 'running') state.phase = 'over'
      for (const stream of state.open) if (stream.isOpen()) await stream.abort()
    }
  }
  return {
    finished: run(),
    stop: async (store) => {
      state.phase = 'stopped'
      const stored = Promise.withResolvers<LogEntry[]>()
      const open = [...state.open].filter((stream) => stream.isOpen())
      const messages = open.map((stream) => stream.stop(stored.promise))
      stored.resolve(store(messages.filter((message) => message !== undefined)))
      await stored.promise
    },
  }
}

interface TurnState {
  phase: 'running' | 'over' | 'stopped'
  readonly open: Set<TurnStream>
}

async function callHandler(definition: BotDefinition, entry: LogEntry, turn: Turn): Promise<void> {
  if (entry.kind === 'message_created')
    await definition.onMessage?.({ ...turn, message: publicMessage(entry) })
  else if (entry.kind === 'event_created') {
    await definition.onEvent?.({ ...turn, event: JSON.parse(eventJson(entry)) as Event })
  } else await definition.onConversation?.(turn)
}

/** Settles like `work`. If `work` is still pending some time after the signal aborted, rejects with its reason. */
async function raceAbort(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const end = new AbortController()
  const timeout = new Promise<never>((_, reject) => {
    const startTimeout = (): void => {
      const timer = setTimeout(() => {
        reject(signal.reason)
      }, abortTimeoutMs)
      end.signal.addEventListener('abort', () => {
        clearTimeout(timer)
      })
    }
    signal.addEventListener('abort', startTimeout, { once: true, signal: end.signal })
  })
  try {
    await Promise.race([work, timeout])
  } finally {
    end.abort()
  }
}

/** The kinds of entries that start a turn of the bot. */
export function handledKinds(definition: BotDefinition): EntryKind[] {
  return [
    ...(definition.onMessage ? (['message_created'] as const) : []),
    ...(definition.onEvent ? (['event_created'] as const) : []),
    ...(definition.onConversation ? (['conversation_created'] as const) : []),
  ]
}

function createTurn(
  { entry, conversation, user, signal, previousOutputs, isConversationDeleted }: TurnRequest,
  context: TurnContext,
  state: TurnState,
): Turn {
  const { bot, storage, hub, logger } = context
  const writer = createBotWriter(storage, {
    bot,
    conversation: { rowId: conversation.rowId },
    turn: entry.seq,
  })
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
    if (state.phase === 'running') return
    const reason = state.phase === 'stopped' ? 'was stopped by a user' : 'is over'
    throw new Error(`Unable to send; the turn ${reason}. Outside of a turn, use chat.bot(webhookId).send().`)
  }
  const sendInTurn = async <T>(send: () => Promise<T>, isAllowedAfterStop: boolean): Promise<T> => {
    if (!isAllowedAfterStop || state.phase !== 'stopped') assertTurn()
    return send()
  }
  /** Logs the error if sending fails, as the handler may not await the promise. Prevents unhandled rejections. */
  const logRejection = <T>(send: () => Promise<T>, { isAllowedAfterStop = false } = {}): Promise<T> => {
    const sent = sendInTurn(send, isAllowedAfterStop)
    sent.catch((error: unknown) => {
      if (state.phase === 'stopped') return
      logger.warn(
        { err: error, bot: bot.userId, conversationId: conversation.id },
        'the bot was unable to send',
      )
    })
    return sent
  }

  return {
    conversation: JSON.parse(conversationJson(conversation)) as Conversation,
    user: JSON.parse(userJson(user)) as User,
    signal,
    history: async ({ limit = 20 } = {}) => {
      const query = {
        cursor: undefined,
        limit: Math.min(Math.max(limit, 1), maxHistory),
        maxBytes: maxHistoryBytes,
      }
      return (await storage.queries.messages(conversation, query)).map(publicMessage)
    },
    reply: (payload, options = {}) =>
      logRejection(async () => {
        const readStored = takePreviousOutput()
        return publicMessage(await (readStored ? readStored() : writer.message(payload, options)))
      }),
    sendEvent: (payload) =>
      logRejection(async () => {
        if (!takePreviousOutput()) await writer.event(payload)
      }),
    stream: ({ type = 'text' } = {}) => {
      const isStopped = state.phase === 'stopped'
      if (!isStopped) assertTurn()
      const stream = createAnswerStream(
        {
          type,
          conversationRowId: conversation.rowId,
          conversationId: conversation.id,
          ownerRowId: conversation.ownerRowId,
          userId: bot.userId,
          createdAt: context.now(),
          afterSeq: entry.seq,
          readPrevious: isStopped ? undefined : takePreviousOutput(),
          isHidden: isStopped || isConversationDeleted(),
        },
        { hub, writer },
      )
      // Does not throw: in a callback, such as an abort listener, an exception would end the process.
      if (isStopped) stream.stop(Promise.resolve([]))
      else state.open.add(stream)
      return {
        ...stream,
        end: (options) => logRejection(() => stream.end(options), { isAllowedAfterStop: true }),
        abort: () => logRejection(() => stream.abort(), { isAllowedAfterStop: true }),
      }
    },
  }
}
