import { setImmediate as nextIteration, setTimeout as delay } from 'node:timers/promises'
import type { StoppedTurn } from '../domain/entry-commands.ts'
import type { Change, LogEntry } from '../domain/records.ts'
import type { Logger } from '../logger.ts'
import { ApiError } from '../wire/api-error.ts'
import type { BotDefinition } from './bot-definition.ts'
import { createPendingTurns, type PendingTurn, type PendingTurns } from './pending-turns.ts'
import { handledKinds, startTurn, type TurnContext, type TurnRun } from './turn.ts'

/**
 * Runs the turns of a bot from the log: one at a time in each conversation, many conversations concurrently.
 *
 * Stores two kinds of cursors: for each conversation the newest finished turn, and for the bot a watermark, up to which
 * all turns are finished. At its start, it only scans the log after the watermark.
 */
export interface BotRunner {
  /** Starts with the turns that were pending or interrupted when the server stopped. */
  start(): Promise<void>
  onCommit(changes: readonly Change[]): void
  /**
   * Stops the running turn of a conversation, if any. Its streaming messages are stored with their text so far, in one
   * transaction with the end of the turn; resolves afterwards. The next turn starts when the handler has settled.
   */
  stopTurn(conversationRowId: number): Promise<void>
  /** Aborts the running turns. They run again at the next start. */
  stop(): Promise<void>
}

export interface BotRunnerOptions extends TurnContext {
  readonly definition: BotDefinition
  readonly logger: Logger
  /** Longer turns are aborted. */
  readonly turnTimeoutMs: number
  /** Maximum number of concurrent turns. Others wait in the log. */
  readonly maxConcurrentTurns: number
}

interface RunningTurn {
  readonly controller: AbortController
  readonly seq: number
  /** The user of the turn. Undefined, like the next two, until the entry is read. */
  userRowId?: number
  ownerRowId?: number
  run?: TurnRun
  isConversationDeleted: boolean
  /** Defined once the turn was stopped. */
  stopping?: Promise<void>
}

/** Pending turns that are older than this when the server starts are skipped. */
const staleAfterMs = 24 * 60 * 60 * 1000
/** No further turn starts while the entries of the running turns exceed this in total. */
const maxRunningBytes = 32 * 1024 * 1024
const retryDelayMs = 1_000
const maxStopAttempts = 3
const serverStopping = new Error('the server is stopping')
const conversationDeleted = new Error('the conversation was deleted')
const userDeleted = new Error('the user was deleted')
const stoppedByUser = new Error('a user stopped the turn')
/** Abort reasons that do not count as failures of a turn. */
const deletions = new Set<unknown>([conversationDeleted, userDeleted])

/** @throws Error if `maxConcurrentTurns` is less than 1. */
export function createBotRunner(options: BotRunnerOptions): BotRunner {
  if (!(options.maxConcurrentTurns >= 1))
    throw new Error('Unable to start the bot; maxConcurrentTurns is less than 1. Set it to 1 or more.')
  const { bot, definition, storage, logger } = options
  const kinds = handledKinds(definition)
  /** By conversation. */
  const runningTurns = new Map<number, RunningTurn>()
  const running = new Set<Promise<void>>()
  let runningBytes = 0
  let pending: PendingTurns | undefined
  let isStopping = false

  const finish = async (turns: PendingTurns, turn: PendingTurn): Promise<void> => {
    const { conversationRowId, seq } = turn
    turns.finish(turn)
    const watermark = turns.watermark()
    await storage
      .execute('finishTurn', { bot, conversationRowId, seq, watermark })
      .catch((error: unknown) => {
        logger.error(
          { err: error, bot: bot.userId },
          'unable to store that a turn has finished; after a restart it may run again',
        )
      })
  }

  /** Reads the message or event of the turn, and calls the handler. */
  const runHandler = async (
    { conversationRowId, seq, isRetry }: PendingTurn,
    current: RunningTurn,
  ): Promise<void> => {
    const { queries } = storage
    const entry = await queries.entry(conversationRowId, seq)
    const conversation = await queries.conversationByRowId(conversationRowId)
    const user = entry && (await queries.userByRowId(entry.userRowId))
    // The entry, its user or the conversation was deleted while the turn was pending.
    if (!conversation || !user) return
    const previousOutputs = isRetry ? await queries.turnOutputs(conversationRowId, seq) : []

    const { controller } = current
    // Stopped before it began.
    if (controller.signal.aborted) return
    current.userRowId = user.rowId
    current.ownerRowId = conversation.ownerRowId
    const timedOut = new Error(`the turn took longer than ${options.turnTimeoutMs} ms`)
    const timer = setTimeout(() => {
      controller.abort(timedOut)
    }, options.turnTimeoutMs)
    const { signal } = controller
    try {
      const isConversationDeleted = (): boolean => current.isConversationDeleted
      const request = { entry, conversation, user, signal, previousOutputs, isConversationDeleted }
      current.run = startTurn(definition, request, options)
      await current.run.finished
      signal.throwIfAborted()
    } catch (error) {
      if (isStopping || (current.stopping && signal.reason !== timedOut)) return
      const fields = { err: error, bot: bot.userId, conversationId: conversation.id }
      if (!deletions.has(error)) logger.error(fields, 'a turn of the bot failed; it is not retried')
    } finally {
      clearTimeout(timer)
    }
  }

  const stopTurn = async (conversationRowId: number, turn: RunningTurn): Promise<void> => {
    const { seq } = turn
    /** Tries again, as the text is lost otherwise: another program may lock the database for a moment. */
    const store = async (messages: StoppedTurn['messages']): Promise<LogEntry[]> => {
      for (let attempt = 1; ; attempt++) {
        try {
          const watermark = pending?.watermark() ?? 0
          return await storage.execute('stopTurn', { bot, conversationRowId, seq, watermark, messages })
        } catch (error) {
          const isTemporary = error instanceof ApiError && error.type === 'Unavailable' && !isStopping
          if (!isTemporary || attempt === maxStopAttempts) throw error
          await delay(retryDelayMs)
        }
      }
    }
    const stored = turn.run ? turn.run.stop(store) : store([])
    turn.controller.abort(stoppedByUser)
    await stored
  }

  const run = async (turns: PendingTurns, turn: PendingTurn): Promise<void> => {
    const { conversationRowId, seq } = turn
    const current: RunningTurn = { controller: new AbortController(), seq, isConversationDeleted: false }
    runningTurns.set(conversationRowId, current)
    try {
      await runHandler(turn, current)
      // The caller of `stopTurn` handles the error.
      await current.stopping?.catch(() => {})
    } catch (error) {
      logger.error({ err: error, bot: bot.userId }, 'unable to start a turn of the bot; it is skipped')
    } finally {
      runningTurns.delete(conversationRowId)
    }
    if (!isStopping) await finish(turns, turn)
  }

  const beginTurn = (turns: PendingTurns, turn: PendingTurn): void => {
    runningBytes += turn.bytes
    const finished = run(turns, turn).finally(() => {
      running.delete(finished)
      runningBytes -= turn.bytes
      void startTurns()
      void scan()
    })
    running.add(finished)
  }

  /** Starts pending turns up to the limits. */
  const startTurns = coalesce(async () => {
    while (pending && !isStopping) {
      if (running.size >= options.maxConcurrentTurns || runningBytes >= maxRunningBytes) return
      const turn = await pending.next()
      if (isStopping) return
      if (!turn) {
        // All turns in memory may have been deleted. Then no finished turn triggers the next scan.
        if (pending.isScanDue) void scan()
        return
      }
      beginTurn(pending, turn)
    }
  })

  const scan = coalesce(async () => {
    for (let isMore = true; isMore && pending && !isStopping; await nextIteration()) {
      isMore = await pending.scan()
      void startTurns()
    }
  })

  /** Runs `work` one call at a time. Calls during a run share one further run. Failures are retried. */
  function coalesce(work: () => Promise<void>): () => Promise<void> {
    let current: Promise<void> | undefined
    let isRequested = false
    const repeat = async (): Promise<void> => {
      while (isRequested && !isStopping) {
        isRequested = false
        try {
          await work()
        } catch (error) {
          if (isStopping) return
          logger.error(
            { err: error, bot: bot.userId },
            'unable to read the pending turns of the bot; trying again',
          )
          setTimeout(() => void start(), retryDelayMs).unref()
          return
        }
      }
    }
    const start = (): Promise<void> => {
      isRequested = true
      current ??= repeat().finally(() => {
        current = undefined
      })
      return current
    }
    return start
  }

  const stopRunningTurn = async (conversationRowId: number): Promise<void> => {
    const turn = runningTurns.get(conversationRowId)
    if (turn && !isStopping) await (turn.stopping ??= stopTurn(conversationRowId, turn))
  }

  const interruptTurn = ({ conversationRowId, seq }: LogEntry): void => {
    // The scan may find an entry, and start its turn, before this thread learns of the commit.
    const turn = runningTurns.get(conversationRowId)
    if (!turn || turn.seq >= seq) return
    stopRunningTurn(conversationRowId).catch((error: unknown) => {
      logger.error({ err: error, bot: bot.userId }, 'unable to store an interrupted turn of the bot')
    })
  }

  return {
    stopTurn: stopRunningTurn,
    start: async () => {
      const { queries } = storage
      const watermark = await queries.watermark(bot)
      const upTo = Math.max(watermark ?? 0, await queries.latestSequence())
      const after = watermark ?? upTo
      pending = createPendingTurns({
        bot,
        queries,
        filter: { kinds, after, backlog: { upTo, since: options.now() - staleAfterMs } },
        scan: { after, upTo },
      })
      if (watermark === undefined) {
        await storage.execute('finishTurn', { bot, conversationRowId: 0, seq: 0, watermark: upTo })
      }
      void scan()
    },
    onCommit: (changes) => {
      if (isStopping) return
      for (const change of changes) {
        if (change.type === 'conversation_deleted') {
          const turn = runningTurns.get(change.conversationRowId)
          if (!turn) continue
          turn.isConversationDeleted = true
          turn.controller.abort(conversationDeleted)
        } else if (change.type === 'user_deleted') {
          for (const turn of runningTurns.values()) {
            if (turn.ownerRowId === change.userRowId) turn.isConversationDeleted = true
            if (turn.isConversationDeleted || turn.userRowId === change.userRowId)
              turn.controller.abort(userDeleted)
          }
        } else if (change.type === 'appended' && change.entry.botRowId === bot.rowId) {
          const { entry } = change
          pending?.advance(entry.sequence)
          if (!entry.isBot && kinds.includes(entry.kind)) {
            pending?.add(entry)
            if (definition.onBusy === 'interrupt') interruptTurn(entry)
          }
        }
      }
      void startTurns()
    },
    stop: async () => {
      isStopping = true
      for (const { controller } of runningTurns.values()) controller.abort(serverStopping)
      await Promise.allSettled(running)
      if (!pending?.isEmpty) return
      const watermark = pending.watermark()
      await storage.execute('finishTurn', { bot, conversationRowId: 0, seq: 0, watermark })
    },
  }
}
