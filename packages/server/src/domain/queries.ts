import type { EntryKind } from '../wire/render.ts'
import type { BotRecord, ConversationRecord, LogEntry, UserRecord } from './records.ts'

/** A user's access to a conversation. */
export interface ConversationAccess {
  readonly user: UserRecord
  readonly conversation: ConversationRecord | undefined
  readonly isParticipant: boolean
}

/** Access without the user's profile fields, which can be too large to cache. */
export type CacheableAccess = Omit<ConversationAccess, 'user'> & {
  readonly user: Pick<UserRecord, 'rowId' | 'id' | 'keyNonce'>
}

/** A user's access to a message or event. */
interface EntryAccess {
  readonly user: UserRecord
  readonly entry: LogEntry | undefined
  readonly isParticipant: boolean
}

/** A user's membership in a conversation. */
export interface Membership {
  readonly user: Pick<UserRecord, 'rowId' | 'keyNonce'>
  readonly conversation: Pick<ConversationRecord, 'rowId' | 'botRowId' | 'id'>
}

/** A message with the fields that lists return. */
export type ListedMessage = Pick<
  LogEntry,
  'conversationRowId' | 'conversationId' | 'seq' | 'tag' | 'createdAt' | 'userId' | 'payload' | 'metadata'
>

/** Selects a page of a list. */
export interface PageQuery {
  /** Selects the items after this position in the order of the list. Undefined for the first page. */
  readonly cursor: number | undefined
  /** Maximum number of items to read. */
  readonly limit: number
  /** Maximum bytes of text to read; the first item is read regardless of its size. Default: 1 MiB. */
  readonly maxBytes?: number
}

/** A page of a list. It contains fewer items than requested if they are large. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Whether the list may have more items. */
  readonly hasMore: boolean
  /** The position to continue from, if the search ended after the last item. */
  readonly nextCursor?: number | undefined
}

/** An item and its position in the order of the list. */
type WithCursor<T> = readonly [item: T, cursor: number]

/** Selects the log entries that need a turn of the bot: messages and events of users. */
export interface TurnFilter {
  /** The kinds that the bot handles. */
  readonly kinds: readonly EntryKind[]
  /** Selects turns with a larger `sequence`. */
  readonly after: number
  /** Skips entries with a `sequence` up to `upTo` that were created before `since`. */
  readonly backlog: { readonly upTo: number; readonly since: number }
}

/** The position of a turn in the log. */
export interface TurnPosition {
  readonly conversationRowId: number
  readonly seq: number
  readonly sequence: number
  /** Total size of payload and metadata. */
  readonly bytes: number
}

/** Finds turns of a bot without reading payloads. */
export interface TurnQueries {
  /** The unfinished turns in a range of the log, by `sequence`. */
  pendingTurns(
    bot: BotRecord,
    filter: TurnFilter,
    range: { after: number; upTo: number },
  ): Promise<Pick<TurnPosition, 'conversationRowId' | 'sequence'>[]>
  /** The first unfinished turn of a conversation after a `seq`. */
  nextTurn(
    bot: BotRecord,
    filter: TurnFilter,
    after: { conversationRowId: number; seq: number },
  ): Promise<TurnPosition | undefined>
  /** The `seq` of the newest turn of a conversation with stored output; 0 if there is none. */
  lastTurnWithOutput(conversationRowId: number): Promise<number>
  /** The `sequence` up to which all turns are finished; undefined if the bot never had a turn. */
  watermark(bot: BotRecord): Promise<number | undefined>
  /**
   * The positions of the messages that a turn may see, newest first: those up to the entry of the turn, and later ones
   * of the bot. An answer of the bot comes directly after the message that it answers.
   */
  messagesBeforeTurn(
    bot: BotRecord,
    turn: { conversationRowId: number; seq: number },
    limit: number,
  ): Promise<{ seq: number }[]>
  /** The `seq` of each message and event that the bot stored in a turn, oldest first. */
  turnOutputs(conversationRowId: number, seq: number): Promise<number[]>
}

/** The queries of a storage. Each result is a consistent snapshot. */
export interface Queries extends UserLog, TurnQueries {
  user(bot: BotRecord, id: string): Promise<UserRecord | undefined>
  /** Whether the bot has users other than itself. */
  hasUsers(bot: BotRecord): Promise<boolean>
  /** Undefined if the user does not exist. */
  access(bot: BotRecord, userId: string, conversationId: string): Promise<ConversationAccess | undefined>
  /** Undefined if the user is not a participant or either does not exist. Cached, as every list needs it. */
  membership(bot: BotRecord, userId: string, conversationId: string): Promise<Membership | undefined>
  /** A conversation of the user whose id contains `\\` and equals `path` after replacing each `\\` with `/`. */
  conversationByRawPath(
    bot: BotRecord,
    user: UserRecord,
    path: string,
  ): Promise<ConversationRecord | undefined>
  /** Undefined if the user does not exist. `entry` is undefined for invalid ids. */
  entryAccess(
    bot: BotRecord,
    userId: string,
    entryId: { kind: 'message' | 'event'; id: string },
  ): Promise<EntryAccess | undefined>

  /** Newest first; cursors fall. */
  conversations(user: UserRecord, query: PageQuery): Promise<Page<WithCursor<ConversationRecord>>>
  /** Newest first. Returns fewer than requested if they are large. */
  messages(conversation: Membership['conversation'], query: PageQuery): Promise<readonly ListedMessage[]>
  /**
   * A page of messages, newest first, as JSON text or its UTF-8 bytes. Undefined if the user is no longer a
   * participant, as a cached membership may be outdated.
   */
  messagePage(membership: Membership, query: PageQuery): Promise<string | Uint8Array | undefined>
  /** In the order of joining; cursors rise. */
  participants(
    conversation: Membership['conversation'],
    query: PageQuery,
  ): Promise<Page<WithCursor<UserRecord>>>
  participant(conversation: ConversationRecord, userId: string): Promise<UserRecord | undefined>

  conversation(bot: BotRecord, id: string): Promise<ConversationRecord | undefined>
  /** Undefined if it was deleted. */
  conversationByRowId(rowId: number): Promise<ConversationRecord | undefined>
  /** An entry of the log; undefined if it was deleted. */
  entry(conversationRowId: number, seq: number): Promise<LogEntry | undefined>
  /** The entries after a `seq`, oldest first. Fewer than `limit` if they are large; empty only at the end. */
  entriesAfter(conversationRowId: number, seq: number, limit: number): Promise<LogEntry[]>
  /** The `seq` of the message or event with this id; undefined if the conversation has none. */
  findSeq(conversation: Membership['conversation'], id: string): Promise<number | undefined>
  /** Counts the signals after a `seq`, up to `limit`. `oldestAt` is the creation time of the first one. */
  countAfter(
    conversationRowId: number,
    seq: number,
    limit: number,
  ): Promise<{ count: number; oldestAt: number }>
  /** Whether the log contains, after a `seq`, the entry that completes or aborts a bot's stream. */
  isStreamClosed(conversationRowId: number, seq: number, streamId: string): Promise<boolean>

  latestSequence(): Promise<number>
  userByRowId(rowId: number): Promise<UserRecord | undefined>
}

/** An item of a user's log. */
export type UserLogItem =
  | { readonly type: 'entry'; readonly entry: LogEntry }
  /** The user left or was removed, or the conversation was deleted. */
  | {
      readonly type: 'membership_ended'
      readonly sequence: number
      readonly conversationRowId: number
      readonly conversationId: string
    }

interface UserLogPage {
  /** Oldest first. Contains the entries of each conversation since the user last joined it. */
  readonly items: UserLogItem[]
  /** The newest `sequence` of the storage when the page was read. */
  readonly sequence: number
}

/** The log as one user sees it: the entries of all their conversations, by `sequence` (INV-12). */
export interface UserLog {
  /** The newest `sequence` of the storage. Undefined if the user was deleted. */
  latestUserSequence(userRowId: number): Promise<number | undefined>
  /** The conversations that the user is a participant of. */
  conversationRowIds(userRowId: number): Promise<number[]>
  /** Undefined if the user was deleted. */
  readUserLog(userRowId: number, sequence: number, limit: number): Promise<UserLogPage | undefined>
  /**
   * Counts the items after a `sequence`, up to `limit`. `oldestAt` is the creation time of the first one. The count is
   * Infinity if some of the items may no longer be stored.
   */
  countUserLogAfter(
    userRowId: number,
    sequence: number,
    limit: number,
  ): Promise<{ count: number; oldestAt: number }>
}

export function itemSequence(item: UserLogItem): number {
  return item.type === 'entry' ? item.entry.sequence : item.sequence
}
