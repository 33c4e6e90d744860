import type { Queries, TurnFilter, TurnPosition } from '../domain/queries.ts'
import type { BotRecord } from '../domain/records.ts'

/** A turn to run. */
export interface PendingTurn extends TurnPosition {
  /** True if an earlier run of the server stored a message or event of this turn, or of a later one. */
  readonly isRetry: boolean
}

/**
 * The pending turns of a bot, read from the log as needed.
 *
 * Keeps one position per conversation in memory, however many of its turns are pending, for at most
 * `maxConversations` conversations. Turns of further conversations are found later by scanning the log in the order of
 * `sequence`.
 */
export interface PendingTurns {
  /** Adds a committed entry that needs a turn. */
  add(entry: { conversationRowId: number; sequence: number }): void
  /** Records the newest committed `sequence`. */
  advance(sequence: number): void
  /**
   * Returns the next turn of the conversation that has waited longest; undefined if none is waiting. Returns no other
   * turn of that conversation until this one is finished.
   */
  next(): Promise<PendingTurn | undefined>
  /** Returns the next turn of a waiting conversation, as `next` does, even if it is not in memory yet. */
  take(conversationRowId: number): Promise<PendingTurn | undefined>
  finish(turn: PendingTurn): void
  /** Scans a slice of the log, if memory has room for more conversations. @returns Whether another slice follows. */
  scan(): Promise<boolean>
  /** Whether a scan may find pending turns, and memory has room for them. */
  readonly isScanDue: boolean
  /** All turns up to this `sequence` are finished. */
  watermark(): number
  readonly isEmpty: boolean
}

interface PendingConversation {
  readonly rowId: number
  /** All unfinished turns of the conversation have at least this `sequence`. */
  oldest: number
  /** The `seq` of the newest turn that was returned. */
  seq: number
  lastSeqWithOutput: number | undefined
  /** Whether a turn was committed since its log was last read. */
  hasNewTurns: boolean
  /** Whether `take` has added it although memory was full. */
  readonly isExtra: boolean
}

export interface PendingTurnsOptions {
  readonly bot: BotRecord
  readonly queries: Queries
  readonly filter: TurnFilter
  /** The start and the current end of the log scan. */
  readonly scan: { readonly after: number; readonly upTo: number }
}

/** Each takes about 200 bytes. */
const maxConversations = 1_000
/** Entries per slice of a scan. Their payloads are not read. */
const sliceLength = 1_000

export function createPendingTurns({ bot, queries, filter, scan }: PendingTurnsOptions): PendingTurns {
  const conversations = new Map<number, PendingConversation>()
  /** Conversations without a running turn, in the order of their next turns. */
  const queue: PendingConversation[] = []
  let newest = scan.upTo
  /** Pending turns of conversations that are not in memory have a higher `sequence`. */
  let scannedUpTo: number | undefined = scan.after < scan.upTo ? scan.after : undefined

  const insert = (rowId: number, oldest: number): void => {
    const isExtra = conversations.size >= maxConversations
    const conversation = { rowId, oldest, seq: 0, lastSeqWithOutput: undefined, hasNewTurns: false, isExtra }
    conversations.set(rowId, conversation)
    queue.push(conversation)
  }
  /** Makes a conversation wait for its next turn, all of which come after `sequence`. */
  const release = (conversation: PendingConversation, sequence: number): void => {
    conversation.oldest = sequence + 1
    if (!conversation.isExtra) {
      queue.push(conversation)
      return
    }
    conversations.delete(conversation.rowId)
    scannedUpTo = Math.min(scannedUpTo ?? newest, sequence)
  }

  const readNext = async (conversation: PendingConversation): Promise<PendingTurn | undefined> => {
    conversation.hasNewTurns = false
    const { rowId, seq } = conversation
    conversation.lastSeqWithOutput ??= await queries.lastTurnWithOutput(rowId)
    const turn = await queries.nextTurn(bot, filter, { conversationRowId: rowId, seq })
    if (!turn) return undefined
    conversation.oldest = turn.sequence
    conversation.seq = turn.seq
    return { ...turn, isRetry: turn.seq <= conversation.lastSeqWithOutput }
  }

  const isScanDue = (): boolean => scannedUpTo !== undefined && conversations.size < maxConversations

  return {
    add: ({ conversationRowId, sequence }) => {
      newest = Math.max(newest, sequence)
      const conversation = conversations.get(conversationRowId)
      if (conversation) conversation.hasNewTurns = true
      else if (scannedUpTo !== undefined) return
      else if (conversations.size < maxConversations) insert(conversationRowId, sequence)
      else scannedUpTo = sequence - 1
    },
    advance: (sequence) => {
      newest = Math.max(newest, sequence)
    },
    next: async () => {
      for (let first = queue.shift(); first; first = queue.shift()) {
        try {
          const turn = await readNext(first)
          if (turn) return turn
        } catch (error) {
          queue.unshift(first)
          throw error
        }
        if (first.hasNewTurns) queue.push(first)
        else conversations.delete(first.rowId)
      }
      return undefined
    },
    take: async (conversationRowId) => {
      // The scan has not found the conversation yet.
      if (scannedUpTo !== undefined && !conversations.has(conversationRowId))
        insert(conversationRowId, scannedUpTo + 1)
      const index = queue.findIndex(({ rowId }) => rowId === conversationRowId)
      const [conversation] = index < 0 ? [] : queue.splice(index, 1)
      if (!conversation) return undefined
      let turn: PendingTurn | undefined
      try {
        turn = await readNext(conversation)
      } finally {
        if (!turn) release(conversation, conversation.oldest - 1)
      }
      return turn
    },
    finish: ({ conversationRowId, sequence }) => {
      const conversation = conversations.get(conversationRowId)
      if (conversation) release(conversation, sequence)
    },
    scan: async () => {
      if (scannedUpTo === undefined || !isScanDue()) return false
      const after: number = scannedUpTo
      const upTo = Math.min(after + sliceLength, newest)
      const found = await queries.pendingTurns(bot, filter, { after, upTo })
      for (const { conversationRowId, sequence } of found) {
        if (!conversations.has(conversationRowId)) insert(conversationRowId, sequence)
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
