import { setImmediate as nextIteration, setTimeout as delay } from 'node:timers/promises'
import type { LastMessage } from '../domain/entry-commands.ts'
import type { TurnFilter } from '../domain/queries.ts'
import type { Change, LogEntry } from '../domain/records.ts'
import { ApiError } from '../wire/api-error.ts'
import type { BotDefinition } from './bot-definition.ts'
import { createRepeater } from './create-repeater.ts'
import type { TurnContext } from './handler-turn.ts'
import { createPendingTurns, type PendingTurn, type PendingTurns } from './pending-turns.ts'
import {
  abortReasons,
  handledKinds,
  readOutputs,
  readPreviousOutputs,
  startTurn,
  type FinishedTurn,
  type TurnRun,
} from './turn.ts'

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
   * Stops the running turn of a conversation, or the one that waits for `maxConcurrentTurns`. Its streaming messages
   * are stored with their text so far, in one transaction with the end of the turn; resolves afterwards. The next turn
   * starts when the handler has settled.
   *
   * @throws ApiError of type `Unavailable` if the database cannot store it for some seconds. Keeps trying nevertheless.
   */
  stopTurn(conversationRowId: number): Promise<void>
  /** Aborts the running turns. They run again at the next start. */
  stop(): Promise<void>
}

export interface BotRunnerOptions extends TurnContext {
  readonly definition: BotDefinition
  /** Longer turns are aborted. */
  readonly turnTimeoutMs: number
  /** Maximum number of concurrent turns. Others wait in the log. */
  readonly maxConcurrentTurns: number
  /** Called after each turn whose handler was called. */
  readonly onTurnFinished?: ((turn: FinishedTurn) => void) | undefined
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
/** How long a stop request waits for the database before it gets 503. */
const stopRequestTimeoutMs = 3_000
/** How long the last messages of a turn are kept in memory while the database is not available. */
const maxStoreMs = 10 * 60_000
/** The same while the server stops. Supervisors kill a process that does not stop, after 10 s or later. */
const maxStoreWhenStoppingMs = 5_000
const { serverStopping, conversationDeleted, userDeleted, stoppedByUser } = abortReasons

export function createBotRunner(options: BotRunnerOptions): BotRunner {
  const { bot, definition, storage, logger } = options
  const kinds = handledKinds(definition)
  /** By conversation. */
  const runningTurns = new Map<number, RunningTurn>()
  const running = new Set<Promise<void>>()
  let runningBytes = 0
  let pending: PendingTurns | undefined
  let filter: TurnFilter | undefined
  let isStopping = false
  let stoppingSince = Infinity

  const finish = async (turns: PendingTurns, turn: PendingTurn): Promise<void> => {
    const { conversationRowId, seq } = turn
    turns.finish(turn)
    const watermark = turns.watermark()
    await storage.execute('finishTurn', { bot, conversationRowId, seq, watermark }).catch((err: unknown) => {
      const message = 'unable to store that a turn has finished; after a restart it may run again'
      logger.error({ err, bot: bot.userId }, message)
    })
  }

  /**
   * Stores the end of a turn with its last messages. Tries again while the database is not available, as another
   * program may have locked it: the messages would be lost.
   */
  const storeEnd = async (
    { conversationRowId, seq }: { conversationRowId: number; seq: number },
    messages: LastMessage[],
  ): Promise<LogEntry[]> => {
    const startedAt = performance.now()
    for (;;) {
      try {
        const watermark = pending?.watermark() ?? 0
        return await storage.execute('finishTurn', { bot, conversationRowId, seq, watermark, messages })
      } catch (error) {
        const isTemporary = error instanceof ApiError && error.type === 'Unavailable'
        const endsAt = Math.min(startedAt + maxStoreMs, stoppingSince + maxStoreWhenStoppingMs)
        if (!isTemporary || performance.now() > endsAt) throw error
        await delay(retryDelayMs)
      }
    }
  }

  /** Whether a newer message makes the turn of this one superfluous. */
  const isInterrupted = async ({ kind, conversationRowId, seq }: LogEntry): Promise<boolean> => {
    if (definition.onBusy !== 'interrupt' || kind !== 'message_created' || !filter) return false
    const newer = { ...filter, kinds: [kind] }
    return (await storage.queries.nextTurn(bot, newer, { conversationRowId, seq })) !== undefined
  }

  const report = async (
    { conversationRowId, seq }: PendingTurn,
    outcome: Pick<FinishedTurn, 'failure' | 'isStopped'>,
  ): Promise<void> => {
    if (!options.onTurnFinished || isStopping) return
    const entry = await storage.queries.entry(conversationRowId, seq)
    if (entry) options.onTurnFinished({ entry, outputs: await readOutputs(storage, entry), ...outcome })
  }

  /** Reads the message or event of the turn, and calls the handler. */
  const runHandler = async (turn: PendingTurn, current: RunningTurn): Promise<void> => {
    const { queries } = storage
    const entry = await queries.entry(turn.conversationRowId, turn.seq)
    const conversation = await queries.conversationByRowId(turn.conversationRowId)
    const user = entry && (await queries.userByRowId(entry.userRowId))
    // The entry, its user or the conversation was deleted while the turn was pending.
    if (!conversation || !user) return
    current.userRowId = user.rowId
    current.ownerRowId = conversation.ownerRowId
    const previous = await readPreviousOutputs(storage, turn)
    const { signal } = current.controller
    const isSkipped = (await isInterrupted(entry)) || signal.aborted
    if (previous.hasFailureMessage || isSkipped) {
      await report(turn, { isStopped: isSkipped })
      return
    }
    const isConversationDeleted = (): boolean => current.isConversationDeleted
    const request = { entry, conversation, user, signal, previous, isConversationDeleted }
    current.run = startTurn(definition, { ...request, timeoutMs: options.turnTimeoutMs }, options)
    const { failure, messages } = await current.run.finished
    // The caller of `stopTurn` handles its error.
    await current.stopping?.catch(() => {})
    if (messages.length > 0 && !signal.aborted) await storeEnd(turn, [...messages])
    await report(turn, { isStopped: signal.aborted, ...(failure ? { failure } : {}) })
  }

  const stopTurn = async (conversationRowId: number, turn: RunningTurn): Promise<void> => {
    const store = (messages: LastMessage[]): Promise<LogEntry[]> =>
      storeEnd({ conversationRowId, seq: turn.seq }, messages)
    const stored = turn.run ? turn.run.stop(store) : store([])
    turn.controller.abort(stoppedByUser)
    try {
      await stored
    } catch (error) {
      logger.error({ err: error, bot: bot.userId }, 'unable to store the end of a stopped turn')
      throw error
    }
  }

  const run = async (turns: PendingTurns, turn: PendingTurn): Promise<void> => {
    const { conversationRowId, seq } = turn
    const current: RunningTurn = { controller: new AbortController(), seq, isConversationDeleted: false }
    runningTurns.set(conversationRowId, current)
    try {
      await runHandler(turn, current)
    } catch (error) {
      logger.error({ err: error, bot: bot.userId }, 'unable to run a turn of the bot; it is skipped')
    } finally {
      await current.stopping?.catch(() => {})
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

  const repeaterOptions = {
    retryDelayMs,
    isStopping: () => isStopping,
    onError: (err: unknown) => {
      logger.error({ err, bot: bot.userId }, 'unable to read the pending turns of the bot; trying again')
    },
  }

  /** Starts pending turns up to the limits. */
  const startTurns = createRepeater(async () => {
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
  }, repeaterOptions)

  const scan = createRepeater(async () => {
    for (let isMore = true; isMore && pending && !isStopping; await nextIteration()) {
      isMore = await pending.scan()
      void startTurns()
    }
  }, repeaterOptions)

  const stopRunningTurn = async (conversationRowId: number): Promise<boolean> => {
    const turn = runningTurns.get(conversationRowId)
    if (turn && !isStopping) await (turn.stopping ??= stopTurn(conversationRowId, turn))
    return turn !== undefined
  }

  /** Also stops a turn that would run if the limits allowed it. */
  const stopCurrentTurn = async (conversationRowId: number): Promise<void> => {
    if (await stopRunningTurn(conversationRowId)) return
    // A turn that was taken from the queue is about to run.
    await startTurns()
    if ((await stopRunningTurn(conversationRowId)) || isStopping || !pending) return
    const waiting = await pending.take(conversationRowId)
    if (!waiting) return
    try {
      await storeEnd(waiting, [])
      await report(waiting, { isStopped: true })
    } finally {
      pending.finish(waiting)
      void startTurns()
    }
  }

  const interruptTurn = ({ conversationRowId, seq }: LogEntry): void => {
    // The scan may find an entry, and start its turn, before this thread learns of the commit.
    const turn = runningTurns.get(conversationRowId)
    if (!turn || turn.seq >= seq) return
    // `stopTurn` logs its error.
    stopRunningTurn(conversationRowId).catch(() => {})
  }

  return {
    stopTurn: async (conversationRowId) => {
      const end = new AbortController()
      const timeout = delay(stopRequestTimeoutMs, undefined, { signal: end.signal }).then(
        () => {
          throw new ApiError(
            'Unavailable',
            'Unable to stop the turn yet; the database is not available. Its text is stored as soon as possible.',
          )
        },
        () => {},
      )
      const stopped = stopCurrentTurn(conversationRowId)
      try {
        await Promise.race([stopped, timeout])
      } finally {
        end.abort()
      }
    },
    start: async () => {
      const { queries } = storage
      const watermark = await queries.watermark(bot)
      const upTo = Math.max(watermark ?? 0, await queries.latestSequence())
      const after = watermark ?? upTo
      filter = { kinds, after, backlog: { upTo, since: options.now() - staleAfterMs } }
      pending = createPendingTurns({ bot, queries, filter, scan: { after, upTo } })
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
      stoppingSince = performance.now()
      for (const { controller } of runningTurns.values()) controller.abort(serverStopping)
      await Promise.allSettled(running)
      if (!pending?.isEmpty) return
      const watermark = pending.watermark()
      await storage.execute('finishTurn', { bot, conversationRowId: 0, seq: 0, watermark })
    },
  }
}
