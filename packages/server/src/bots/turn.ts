import type { Conversation, Event, User } from '@parley/core/contract'
import type { BotRecord, ConversationRecord, LogEntry, EntryKind, UserRecord } from '../domain/records.ts'
import type { Logger } from '../logger.ts'
import type { Hub } from '../signals/hub.ts'
import type { Storage } from '../storage/storage.ts'
import { conversationJson, eventJson, userJson } from '../wire/render.ts'
import { createAnswerStream } from './answer-stream.ts'
import type { AnswerStream, BotDefinition, Turn } from './bot-definition.ts'
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
  /**
   * INV-9: the numbers of answers that an interrupted run of this turn stored, oldest first; they are not stored again.
   */
  readonly previousOutputs: number[]
  readonly isConversationDeleted: () => boolean
}

const maxHistory = 100
const maxHistoryBytes = 2 * 1024 * 1024

/** How long a handler whose signal aborted may take to come to an end of its own. */
const abortTimeoutMs = 2_000

/**
 * Runs the handler for one entry, for as long as its signal allows. When it is over, however it ended, what it left open is
 * aborted, and what it still says is refused.
 */
export async function runTurn(
  definition: BotDefinition,
  request: TurnRequest,
  context: TurnContext,
): Promise<void> {
  const state: TurnState = { isOver: false, open: new Set() }
  const turn = createTurn(request, context, state)
  try {
    await raceAbort(callHandler(definition, request.entry, turn), request.signal)
  } finally {
    state.isOver = true
    for (const stream of state.open) if (stream.isOpen()) await stream.abort()
  }
}

interface TurnState {
  isOver: boolean
  readonly open: Set<AnswerStream & { isOpen(): boolean }>
}

async function callHandler(definition: BotDefinition, entry: LogEntry, turn: Turn): Promise<void> {
  if (entry.kind === 'message_created')
    await definition.onMessage?.({ ...turn, message: publicMessage(entry) })
  else if (entry.kind === 'event_created') {
    await definition.onEvent?.({ ...turn, event: JSON.parse(eventJson(entry)) as Event })
  } else await definition.onConversation?.(turn)
}

/** Settles as `work` does, or rejects with the signal's reason if `work` does not end soon after it aborted. */
async function raceAbort(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const end = new AbortController()
  const overdue = new Promise<never>((_, reject) => {
    const startGrace = (): void => {
      const timer = setTimeout(() => {
        reject(signal.reason)
      }, abortTimeoutMs)
      end.signal.addEventListener('abort', () => {
        clearTimeout(timer)
      })
    }
    signal.addEventListener('abort', startGrace, { once: true, signal: end.signal })
  })
  try {
    await Promise.race([work, overdue])
  } finally {
    end.abort()
  }
}

/** The message or event that a handler receives. */
export function handledKinds(definition: BotDefinition): EntryKind[] {
  return [
    ...(definition.onMessage ? (['message_created'] as const) : []),
    ...(definition.onEvent ? (['event_created'] as const) : []),
    ...(definition.onConversation ? (['conversation_created'] as const) : []),
  ]
}

function createTurn(
  { entry, conversation, user, signal, previousOutputs: stored, isConversationDeleted }: TurnRequest,
  context: TurnContext,
  state: TurnState,
): Turn {
  const { bot, storage, hub, logger } = context
  const speaker = createBotWriter(storage, {
    bot,
    conversation: { rowId: conversation.rowId },
    turn: entry.seq,
  })
  /** Returns the answer that an interrupted run stored here. Read on demand, as it may be large. */
  const takePreviousOutput = (): (() => Promise<LogEntry>) | undefined => {
    const number = stored.shift()
    if (number === undefined) return undefined
    return async () => {
      const found = await storage.queries.entry(conversation.rowId, number)
      if (found) return found
      throw new Error('Unable to repeat the answer; it has been deleted.')
    }
  }
  const requireTurn = (): void => {
    if (!state.isOver) return
    throw new Error('Unable to speak; the turn is over. Outside of a turn use bot(…).send of the server.')
  }
  const speakInTurn = async <T>(speak: () => Promise<T>): Promise<T> => {
    requireTurn()
    return speak()
  }
  /** What a handler does not wait for may fail as well: it is logged, and never harms the server. */
  const logRejection = <T>(speak: () => Promise<T>): Promise<T> => {
    const spoken = speakInTurn(speak)
    spoken.catch((error: unknown) => {
      logger.warn({ err: error, bot: bot.userId, conversationId: conversation.id }, 'the bot could not speak')
    })
    return spoken
  }

  return {
    conversation: JSON.parse(conversationJson(conversation)) as Conversation,
    user: JSON.parse(userJson(user)) as User,
    signal,
    history: async ({ limit = 20 } = {}) => {
      const slice = {
        cursor: undefined,
        limit: Math.min(Math.max(limit, 1), maxHistory),
        maxBytes: maxHistoryBytes,
      }
      return (await storage.queries.messages(conversation, slice)).map(publicMessage)
    },
    reply: (payload, options = {}) =>
      logRejection(async () => {
        const readStored = takePreviousOutput()
        return publicMessage(await (readStored ? readStored() : speaker.message(payload, options)))
      }),
    sendEvent: (payload) =>
      logRejection(async () => {
        if (!takePreviousOutput()) await speaker.event(payload)
      }),
    stream: ({ type = 'text' } = {}) => {
      requireTurn()
      const stream = createAnswerStream(
        {
          type,
          conversationKey: conversation.rowId,
          conversationId: conversation.id,
          ownerKey: conversation.ownerRowId,
          userId: bot.userId,
          createdAt: context.now(),
          afterSeq: entry.seq,
          readPrevious: takePreviousOutput(),
          isHidden: isConversationDeleted(),
        },
        { hub, speaker },
      )
      state.open.add(stream)
      return {
        ...stream,
        end: (options) => logRejection(() => stream.end(options)),
        abort: () => logRejection(() => stream.abort()),
      }
    },
  }
}
