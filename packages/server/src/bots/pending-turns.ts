import type { Queries, TurnFilter, TurnPosition } from '../domain/queries.ts'
import type { BotRecord } from '../domain/records.ts'

/** A turn to run. */
export interface PendingTurn extends TurnPosition {
  /** True if an earlier run of the server stored an answer in this turn, or in a later one. */
  readonly isRetry: boolean
}

/**
 * The pending turns of a bot, read from the log as needed.
 *
 * Memory holds one position for each conversation with pending turns, however many turns it has, for about
 * `maxConversations` conversations. Turns of further conversations are found later by scanning the log in order of
 * acceptance.
 */
export interface PendingTurns {
  /** Records an entry that was committed to the bot's log. */
  add(entry: { conversationRowId: number; sequence: number }): void
  /** Records that all entries up to this position are known. */
  advance(sequence: number): void
  /**
   * Returns the next turn of the conversation that has waited longest; undefined if none waits. No other turn of that
   * conversation is returned until this one is finished.
   */
  next(): Promise<PendingTurn | undefined>
  finish(turn: PendingTurn): void
  /** Scans a slice of the log, if there is room for more conversations. @returns Whether another slice follows. */
  scan(): Promise<boolean>
  /** Whether a scan may find waiting turns, and there is room for them. */
  readonly isScanDue: boolean
  /** All turns up to this position in the order of acceptance are finished. */
  watermark(): number
  readonly isEmpty: boolean
}

interface PendingConversation {
  readonly key: number
  /** All unfinished turns of the conversation have at least this sequence. */
  oldest: number
  /** The number of the newest turn that was returned. */
  number: number
  answeredUpTo: number | undefined
  /** Whether a turn was committed since its log was last read. */
  hasNewTurns: boolean
}

export interface PendingTurnsOptions {
  readonly bot: BotRecord
  readonly reads: Queries
  readonly filter: TurnFilter
  /** The start and the current end of the log scan. */
  readonly scan: { readonly after: number; readonly upTo: number }
}

/** About 200 bytes each. */
const maxConversations = 1_000
/** Entries per slice of a scan. Their payloads are not read. */
const sliceLength = 1_000

export function createPendingTurns({ bot, reads, filter, scan }: PendingTurnsOptions): PendingTurns {
  const conversations = new Map<number, PendingConversation>()
  /** Conversations without a running turn, in the order of their next turns. */
  const queue: PendingConversation[] = []
  let newest = scan.upTo
  /** Turns of conversations that are not in memory follow this position. */
  let scannedUpTo: number | undefined = scan.after < scan.upTo ? scan.after : undefined

  const insert = (key: number, sequence: number): void => {
    const conversation = { key, oldest: sequence, number: 0, answeredUpTo: undefined, hasNewTurns: false }
    conversations.set(key, conversation)
    queue.push(conversation)
  }

  const nextOf = async (conversation: PendingConversation): Promise<PendingTurn | undefined> => {
    conversation.hasNewTurns = false
    const { key, number } = conversation
    conversation.answeredUpTo ??= await reads.lastTurnWithOutput(key)
    const turn = await reads.nextTurn(bot, filter, { conversationRowId: key, seq: number })
    if (!turn) return undefined
    conversation.oldest = turn.sequence
    conversation.number = turn.seq
    return { ...turn, isRetry: turn.seq <= conversation.answeredUpTo }
  }

  const isScanDue = (): boolean => scannedUpTo !== undefined && conversations.size < maxConversations

  return {
    add: ({ conversationRowId: conversationKey, sequence }) => {
      newest = Math.max(newest, sequence)
      const conversation = conversations.get(conversationKey)
      if (conversation) conversation.hasNewTurns = true
      else if (scannedUpTo !== undefined) return
      else if (conversations.size < maxConversations) insert(conversationKey, sequence)
      else scannedUpTo = sequence - 1
    },
    advance: (sequence) => {
      newest = Math.max(newest, sequence)
    },
    next: async () => {
      for (let first = queue.shift(); first; first = queue.shift()) {
        try {
          const turn = await nextOf(first)
          if (turn) return turn
        } catch (error) {
          queue.unshift(first)
          throw error
        }
        if (first.hasNewTurns) queue.push(first)
        else conversations.delete(first.key)
      }
      return undefined
    },
    finish: ({ conversationRowId: conversationKey, sequence }) => {
      const conversation = conversations.get(conversationKey)
      if (!conversation) return
      conversation.oldest = sequence + 1
      queue.push(conversation)
    },
    scan: async () => {
      if (scannedUpTo === undefined || !isScanDue()) return false
      const after: number = scannedUpTo
      const upTo = Math.min(after + sliceLength, newest)
      const found = await reads.pendingTurns(bot, filter, { after, upTo })
      for (const { conversationRowId: conversationKey, sequence } of found) {
        if (!conversations.has(conversationKey)) insert(conversationKey, sequence)
      }
      scannedUpTo = upTo < newest ? upTo : undefined
      return scannedUpTo !== undefined
    },
    watermark: () => {
      let oldest = (scannedUpTo ?? newest) + 1
      for (const conversation of conversations.values()) oldest = Math.min(oldest, conversation.oldest)
      return oldest - 1
    },
    get isScanDue() {
      return isScanDue()
    },
    get isEmpty() {
      return conversations.size === 0 && scannedUpTo === undefined
    },
  }
}
