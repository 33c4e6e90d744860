import { setImmediate as nextLoopTurn } from 'node:timers/promises'
import type { Change } from '../domain/records.ts'
import type { Logger } from '../logger.ts'
import type { BotDefinition } from './bot-definition.ts'
import { createPendingTurns, type PendingTurn, type PendingTurns } from './pending-turns.ts'
import { handledKinds, runTurn, type TurnContext } from './turn.ts'

/**
 * Runs the turns of a bot from the log: one at a time in each conversation, many conversations at once.
 *
 * It reads the log by two cursors: each conversation remembers the newest entry that the bot has finished, and the bot remembers up
 * to where everything is finished, so that a start looks at no more than what a crash can have interrupted.
 */
export interface BotRunner {
  /** Starts with turns that an earlier run of the server left unfinished. */
  start(): Promise<void>
  onCommit(effects: readonly Change[]): void
  /** Aborts the turns under way; they are taken up again at the next start. */
  stop(): Promise<void>
}

export interface BotRunnerOptions extends TurnContext {
  readonly definition: BotDefinition
  readonly logger: Logger
  /** A turn that takes longer is aborted, and the next begins. */
  readonly turnTimeoutMs: number
  /** Further turns wait in the log. */
  readonly maxConcurrentTurns: number
}

interface RunningTurn {
  readonly controller: AbortController
  /** The user who is answered. */
  readonly userKey: number
  readonly ownerKey: number
  isConversationDeleted: boolean
}

/** What is older than this when the server starts is not answered any more. */
const staleAfterMs = 24 * 60 * 60 * 1000
/** No further turn starts while the messages being answered exceed this in total. */
const maxRunningBytes = 32 * 1024 * 1024
const retryAfterMs = 1_000
const stopped = new Error('the server is stopping')
const conversationDeleted = new Error('the conversation was deleted')
const userDeleted = new Error('the user was deleted')
/** Abort reasons that do not count as failures of a turn. */
const deletions = new Set<unknown>([conversationDeleted, userDeleted])

/** @throws Error if `maxConcurrentTurns` is less than 1. */
export function createBotRunner(options: BotRunnerOptions): BotRunner {
  if (!(options.maxConcurrentTurns >= 1))
    throw new Error('Unable to start the bot; maxConcurrentTurns must be at least 1.')
  const { bot, definition, storage, logger } = options
  const kinds = handledKinds(definition)
  /** By conversation key. */
  const runningTurns = new Map<number, RunningTurn>()
  const running = new Set<Promise<void>>()
  let runningBytes = 0
  let pending: PendingTurns | undefined
  let isStopping = false

  const finish = async (turns: PendingTurns, turn: PendingTurn): Promise<void> => {
    const { conversationRowId: conversationKey, seq: number } = turn
    turns.finish(turn)
    const watermark = turns.watermark()
    await storage
      .execute('finishTurn', { bot, conversationRowId: conversationKey, seq: number, watermark })
      .catch((error: unknown) => {
        logger.error({ err: error, bot: bot.userId }, 'unable to store that a turn is finished')
      })
  }

  /** Reads the message or event of the turn, and calls the handler. */
  const take = async ({
    conversationRowId: conversationKey,
    seq: number,
    isRetry,
  }: PendingTurn): Promise<void> => {
    const { queries: reads } = storage
    const entry = await reads.entry(conversationKey, number)
    const conversation = await reads.conversationByRowId(conversationKey)
    const user = entry && (await reads.userByRowId(entry.userRowId))
    // Deleted before its turn came: nobody is to see it any more.
    if (!conversation || !user) return
    const previousOutputs = isRetry ? await reads.turnOutputs(conversationKey, number) : []

    const controller = new AbortController()
    const { ownerRowId: ownerKey } = conversation
    const current: RunningTurn = { controller, userKey: user.rowId, ownerKey, isConversationDeleted: false }
    runningTurns.set(conversationKey, current)
    const tooLong = new Error(`the turn took longer than ${options.turnTimeoutMs} ms`)
    const timer = setTimeout(() => {
      controller.abort(tooLong)
    }, options.turnTimeoutMs)
    const { signal } = controller
    try {
      const isConversationDeleted = (): boolean => current.isConversationDeleted
      const request = { entry, conversation, user, signal, previousOutputs, isConversationDeleted }
      await runTurn(definition, request, options)
      signal.throwIfAborted()
    } catch (error) {
      if (isStopping) return
      const fields = { err: error, bot: bot.userId, conversationId: conversation.id }
      if (!deletions.has(error)) logger.error(fields, 'a turn of the bot failed')
    } finally {
      clearTimeout(timer)
      runningTurns.delete(conversationKey)
    }
  }

  const run = async (turns: PendingTurns, turn: PendingTurn): Promise<void> => {
    try {
      await take(turn)
    } catch (error) {
      logger.error({ err: error, bot: bot.userId }, 'unable to start a turn of the bot')
    }
    if (!isStopping) await finish(turns, turn)
  }

  const begin = (turns: PendingTurns, turn: PendingTurn): void => {
    runningBytes += turn.bytes
    const ended = run(turns, turn).finally(() => {
      running.delete(ended)
      runningBytes -= turn.bytes
      void fill()
      void scan()
    })
    running.add(ended)
  }

  /** Starts turns up to the limits. */
  const fill = onceAtATime(async () => {
    while (pending && !isStopping) {
      if (running.size >= options.maxConcurrentTurns || runningBytes >= maxRunningBytes) return
      const turn = await pending.next()
      if (isStopping) return
      if (!turn) {
        // All turns in memory may have been deleted, so that no finished turn would trigger the next scan.
        if (pending.isScanDue) void scan()
        return
      }
      begin(pending, turn)
    }
  })

  const scan = onceAtATime(async () => {
    for (let isMore = true; isMore && pending && !isStopping; await nextLoopTurn()) {
      isMore = await pending.scan()
      void fill()
    }
  })

  /** Concurrent calls share one run, and one more after it. Failures are retried. */
  function onceAtATime(work: () => Promise<void>): () => Promise<void> {
    let current: Promise<void> | undefined
    let isWanted = false
    const repeat = async (): Promise<void> => {
      while (isWanted && !isStopping) {
        isWanted = false
        try {
          await work()
        } catch (error) {
          if (isStopping) return
          logger.error({ err: error, bot: bot.userId }, 'unable to read the pending turns of the bot')
          setTimeout(() => void start(), retryAfterMs).unref()
          return
        }
      }
    }
    const start = (): Promise<void> => {
      isWanted = true
      current ??= repeat().finally(() => {
        current = undefined
      })
      return current
    }
    return start
  }

  return {
    start: async () => {
      const { queries: reads } = storage
      const watermark = await reads.watermark(bot)
      const upTo = Math.max(watermark ?? 0, await reads.latestSequence())
      const after = watermark ?? upTo
      pending = createPendingTurns({
        bot,
        reads,
        filter: { kinds, after, backlog: { upTo, since: options.now() - staleAfterMs } },
        scan: { after, upTo },
      })
      if (watermark === undefined) {
        await storage.execute('finishTurn', { bot, conversationRowId: 0, seq: 0, watermark: upTo })
      }
      void scan()
    },
    onCommit: (effects) => {
      if (isStopping) return
      for (const effect of effects) {
        if (effect.type === 'conversation_deleted') {
          const turn = runningTurns.get(effect.conversationRowId)
          if (!turn) continue
          turn.isConversationDeleted = true
          turn.controller.abort(conversationDeleted)
        } else if (effect.type === 'user_deleted') {
          for (const turn of runningTurns.values()) {
            if (turn.ownerKey === effect.userRowId) turn.isConversationDeleted = true
            if (turn.isConversationDeleted || turn.userKey === effect.userRowId)
              turn.controller.abort(userDeleted)
          }
        } else if (effect.type === 'appended' && effect.entry.botRowId === bot.rowId) {
          const { entry } = effect
          pending?.advance(entry.sequence)
          if (!entry.isBot && kinds.includes(entry.kind)) pending?.add(entry)
        }
      }
      void fill()
    },
    stop: async () => {
      isStopping = true
      for (const { controller } of runningTurns.values()) controller.abort(stopped)
      await Promise.allSettled(running)
      if (!pending?.isEmpty) return
      const watermark = pending.watermark()
      await storage.execute('finishTurn', { bot, conversationRowId: 0, seq: 0, watermark })
    },
  }
}
