import { positionOfId } from '../domain/positions.ts'
import type { Effect, Entry } from '../domain/records.ts'
import type { Logger } from '../logger.ts'
import type { BotDefinition } from './bot-definition.ts'
import { isHandled, runTurn, type TurnContext } from './turn.ts'

/**
 * Gives a bot its turns: what the log holds for it, one after the other in each conversation, all conversations at once.
 *
 * It reads the log by two cursors: each conversation remembers the newest entry that the bot has finished, and the bot remembers up
 * to where everything is finished, so that a start looks at no more than what a crash can have interrupted.
 */
export interface BotRunner {
  /** Takes up what an earlier run of the server left unfinished. */
  start(): Promise<void>
  onCommit(effects: readonly Effect[]): void
  /** Aborts the turns under way; they are taken up again at the next start. */
  stop(): Promise<void>
}

export interface BotRunnerOptions extends TurnContext {
  readonly definition: BotDefinition
  readonly logger: Logger
  /** A turn that takes longer is aborted, and the next begins. */
  readonly turnTimeoutMs: number
}

interface Waiting {
  readonly entry: Entry
  /** True if an earlier run of the server may have begun this turn. */
  readonly isRepeated: boolean
}

interface RunningTurn {
  readonly controller: AbortController
  /** Who is answered. */
  readonly userKey: number
  readonly ownerKey: number
}

/** What is older than this when the server starts is not answered any more. */
const staleAfterMs = 24 * 60 * 60 * 1000
const pageSize = 500
const stopped = new Error('the server is stopping')
const conversationDeleted = new Error('the conversation was deleted')
const userDeleted = new Error('the user was deleted')
/** A turn that ends for one of these did not fail. */
const deletions = new Set<unknown>([conversationDeleted, userDeleted])

export function createBotRunner(options: BotRunnerOptions): BotRunner {
  const { bot, definition, storage, logger } = options
  const queues = new Map<number, Waiting[]>()
  const running = new Map<number, RunningTurn>()
  const underWay = new Set<Promise<void>>()
  /** The sequence of everything that waits or runs, rising. */
  const unfinished = new Set<number>()
  let newest = 0
  let isStopping = false

  const finish = async (entry: Entry): Promise<void> => {
    unfinished.delete(entry.sequence)
    const [oldest] = unfinished
    const watermark = oldest === undefined ? newest : oldest - 1
    await storage.execute('finishTurn', {
      bot,
      conversationKey: entry.conversationKey,
      number: entry.number,
      watermark,
    })
  }

  const take = async ({ entry, isRepeated }: Waiting): Promise<void> => {
    const [conversation, user] = await Promise.all([
      storage.reads.conversationByKey(entry.conversationKey),
      storage.reads.userByKey(entry.userKey),
    ])
    const found = await storage.reads.entry(entry.conversationKey, entry.number)
    // Deleted before its turn came: nobody is to see it any more.
    if (!conversation || !user || !found) return
    const stored = isRepeated ? await storage.reads.answersTo(entry.conversationKey, entry.number) : []

    const controller = new AbortController()
    running.set(entry.conversationKey, { controller, userKey: user.key, ownerKey: conversation.ownerKey })
    const tooLong = new Error(`the turn took longer than ${options.turnTimeoutMs} ms`)
    const timer = setTimeout(() => {
      controller.abort(tooLong)
    }, options.turnTimeoutMs)
    const { signal } = controller
    try {
      await runTurn(definition, { entry, conversation, user, signal, stored }, options)
      signal.throwIfAborted()
    } finally {
      clearTimeout(timer)
      running.delete(entry.conversationKey)
    }
  }

  const runQueue = async (conversationKey: number, queue: Waiting[]): Promise<void> => {
    for (let next = queue[0]; next && !isStopping; next = queue[0]) {
      const { entry } = next
      try {
        await take(next)
      } catch (error) {
        if (isStopping) return
        const fields = { err: error, bot: bot.userId, conversationId: entry.conversationId }
        if (!deletions.has(error)) logger.error(fields, 'a turn of the bot failed')
      }
      if (isStopping) return
      queue.shift()
      await finish(entry).catch((error: unknown) => {
        logger.error({ err: error, bot: bot.userId }, 'unable to remember that a turn is finished')
      })
    }
    queues.delete(conversationKey)
  }

  const enqueue = (waiting: Waiting): void => {
    const { entry } = waiting
    newest = Math.max(newest, entry.sequence)
    if (!isHandled(definition, entry)) return
    unfinished.add(entry.sequence)
    const queue = queues.get(entry.conversationKey)
    if (queue) {
      queue.push(waiting)
      return
    }
    const fresh = [waiting]
    queues.set(entry.conversationKey, fresh)
    const run = runQueue(entry.conversationKey, fresh).finally(() => underWay.delete(run))
    underWay.add(run)
  }

  const drop = (conversationKey: number, isGone: (entry: Entry) => boolean): void => {
    const queue = queues.get(conversationKey)
    if (!queue) return
    // The first has its turn right now; those behind it wait.
    let kept = 1
    for (const waiting of queue.slice(1)) {
      if (isGone(waiting.entry)) unfinished.delete(waiting.entry.sequence)
      else queue[kept++] = waiting
    }
    queue.length = Math.min(queue.length, kept)
  }

  /** A turn that waits in a conversation of a deleted owner finds nothing when it starts. */
  const dropOf = (userKey: number): void => {
    for (const conversationKey of queues.keys()) drop(conversationKey, (entry) => entry.userKey === userKey)
    for (const turn of running.values())
      if (turn.userKey === userKey || turn.ownerKey === userKey) turn.controller.abort(userDeleted)
  }

  return {
    start: async () => {
      const watermark = await storage.reads.watermark(bot)
      newest = Math.max(watermark ?? 0, await storage.reads.newestSequence())
      if (watermark === undefined) {
        await storage.execute('finishTurn', { bot, conversationKey: 0, number: 0, watermark: newest })
        return
      }
      const left: Entry[] = []
      for (let after: number | undefined = watermark; after !== undefined;) {
        const entries: Entry[] = await storage.reads.unfinished(bot, after, pageSize)
        left.push(...entries.filter(({ createdAt }) => createdAt >= options.now() - staleAfterMs))
        after = entries.at(-1)?.sequence
      }
      for (const entry of left) enqueue({ entry, isRepeated: true })
    },
    onCommit: (effects) => {
      if (isStopping) return
      for (const effect of effects) {
        if (effect.type === 'conversation_deleted') {
          drop(effect.conversationKey, () => true)
          running.get(effect.conversationKey)?.controller.abort(conversationDeleted)
        } else if (effect.type === 'user_deleted') {
          dropOf(effect.userKey)
        } else if (effect.type === 'appended' && effect.entry.botKey === bot.key) {
          if (effect.entry.kind === 'message_deleted') dropDeleted(effect.entry, drop)
          else enqueue({ entry: effect.entry, isRepeated: false })
        }
      }
    },
    stop: async () => {
      isStopping = true
      for (const { controller } of running.values()) controller.abort(stopped)
      await Promise.allSettled(underWay)
      if (unfinished.size > 0) return
      await storage.execute('finishTurn', { bot, conversationKey: 0, number: 0, watermark: newest })
    },
  }
}

function dropDeleted(
  deletion: Entry,
  drop: (conversationKey: number, isGone: (entry: Entry) => boolean) => void,
): void {
  const { id } = JSON.parse(deletion.payload) as { id: string }
  const number = positionOfId('message', id, () => id.slice(-8))?.number
  drop(deletion.conversationKey, (entry) => entry.number === number)
}
