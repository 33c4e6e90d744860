import type { BotRecord, ConversationRecord, LogEntry, EntryKind, UserRecord } from './records.ts'
import type { UserLog } from './user-log.ts'

/** What a caller may see of a conversation. */
export interface ConversationAccess {
  readonly user: UserRecord
  readonly conversation: ConversationRecord | undefined
  readonly isParticipant: boolean
}

/** An access without the user's fields: cheap to cache, however large the fields are. */
export type CacheableAccess = Omit<ConversationAccess, 'user'> & {
  readonly user: Pick<UserRecord, 'rowId' | 'id' | 'keyNonce'>
}

/** What a caller may see of one message or event. */
interface EntryAccess {
  readonly user: UserRecord
  readonly entry: LogEntry | undefined
  readonly isParticipant: boolean
}

/** Where a user takes part. */
export interface Membership {
  readonly user: Pick<UserRecord, 'rowId' | 'keyNonce'>
  readonly conversation: Pick<ConversationRecord, 'rowId' | 'botRowId' | 'id'>
}

/** A message as a list shows it. */
export type ListedMessage = Pick<
  LogEntry,
  'conversationRowId' | 'conversationId' | 'seq' | 'tag' | 'createdAt' | 'userId' | 'payload' | 'metadata'
>

export interface PageQuery {
  /** Only what stands beyond this position in the list's order. */
  readonly cursor: number | undefined
  /** Maximum number of items to read. */
  readonly limit: number
  /** Maximum bytes of payloads and fields to read; the first item is read whatever its size. Default: 1 MiB. */
  readonly maxBytes?: number
}

/** A part of a list. It may hold fewer items than requested if they are large. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Whether the list has, or may have, more items. */
  readonly hasMore: boolean
  /** The position up to which the list was searched, if it is beyond the last item. */
  readonly nextCursor?: number | undefined
}

/** An item and its position in the list's order. */
type WithCursor<T> = readonly [item: T, position: number]

/** Selects the entries that are turns of a bot: those of other users. */
export interface TurnFilter {
  /** The kinds that the bot has a handler for. */
  readonly kinds: readonly EntryKind[]
  /** Turns follow this position in the order of acceptance. */
  readonly after: number
  /** Entries up to `upTo` that were accepted before `since` are too old to be answered. */
  readonly backlog: { readonly upTo: number; readonly since: number }
}

/** The position of a turn in the log. */
export interface TurnPosition {
  readonly conversationRowId: number
  readonly seq: number
  readonly sequence: number
  /** The size of its payload and metadata. */
  readonly bytes: number
}

/** Finds the turns of a bot, without reading payloads. */
export interface TurnQueries {
  /** The unfinished turns between two positions, in order of acceptance. */
  pendingTurns(
    bot: BotRecord,
    filter: TurnFilter,
    range: { after: number; upTo: number },
  ): Promise<Pick<TurnPosition, 'conversationRowId' | 'sequence'>[]>
  /** The first unfinished turn of a conversation after a number. */
  nextTurn(
    bot: BotRecord,
    filter: TurnFilter,
    after: { conversationRowId: number; seq: number },
  ): Promise<TurnPosition | undefined>
  /** The number of the newest turn of a conversation with a stored answer; 0 if there is none. */
  lastTurnWithOutput(conversationRowId: number): Promise<number>
  /** The position up to which all turns are finished; undefined if the bot never had a turn. */
  watermark(bot: BotRecord): Promise<number | undefined>
  /** The numbers of the answers that the bot stored in one turn, oldest first. */
  turnOutputs(conversationRowId: number, seq: number): Promise<number[]>
}

/** What the rules need of a storage to answer questions. Each answer is one consistent snapshot. */
export interface Queries extends UserLog, TurnQueries {
  user(bot: BotRecord, id: string): Promise<UserRecord | undefined>
  /** Whether the bot has any user besides its own. */
  hasUsers(bot: BotRecord): Promise<boolean>
  /** Undefined where the user does not exist. */
  access(bot: BotRecord, userId: string, conversationId: string): Promise<ConversationAccess | undefined>
  /** Undefined where the user, the conversation or the user's part in it does not exist; asked for before every list. */
  membership(bot: BotRecord, userId: string, conversationId: string): Promise<Membership | undefined>
  /** A conversation of the user whose id contains `\\` and equals `path` after replacing each `\\` with `/`. */
  conversationByRawPath(
    bot: BotRecord,
    user: UserRecord,
    path: string,
  ): Promise<ConversationRecord | undefined>
  /** Undefined if the user does not exist. A made-up id has no entry. */
  entryAccess(
    bot: BotRecord,
    userId: string,
    named: { kind: 'message' | 'event'; id: string },
  ): Promise<EntryAccess | undefined>

  /** Newest made first; positions fall. */
  conversations(user: UserRecord, slice: PageQuery): Promise<Page<WithCursor<ConversationRecord>>>
  /** Newest first; fewer than requested if they are large. */
  messages(conversation: Membership['conversation'], slice: PageQuery): Promise<readonly ListedMessage[]>
  /**
   * The page of the newest messages beyond a position, as JSON: a text or its UTF-8. Undefined where the user takes no part any more:
   * what is remembered of a place may be older than the page.
   */
  messagePage(place: Membership, slice: PageQuery): Promise<string | Uint8Array | undefined>
  /** In the order they joined; positions rise. */
  participants(
    conversation: Membership['conversation'],
    slice: PageQuery,
  ): Promise<Page<WithCursor<UserRecord>>>
  participant(conversation: ConversationRecord, userId: string): Promise<UserRecord | undefined>

  conversation(bot: BotRecord, id: string): Promise<ConversationRecord | undefined>
  /** Undefined once it is deleted. */
  conversationByRowId(key: number): Promise<ConversationRecord | undefined>
  /** One entry of the log; undefined once it is deleted. */
  entry(conversationRowId: number, number: number): Promise<LogEntry | undefined>
  /** The log after a number, oldest first. Fewer than `limit` if entries are large; empty only at the end. */
  entriesAfter(conversationRowId: number, seq: number, limit: number): Promise<LogEntry[]>
  /** The number of the message or event with this id; undefined if the conversation has none. */
  findSeq(conversation: Membership['conversation'], id: string): Promise<number | undefined>
  /** How many signals stand after a number, and when the oldest of them was accepted. Counts to `limit` and no further. */
  countAfter(
    conversationRowId: number,
    seq: number,
    limit: number,
  ): Promise<{ count: number; oldestAt: number }>
  /** Whether the log holds, after a number, what closes a bot's stream. */
  isStreamClosed(conversationRowId: number, seq: number, streamId: string): Promise<boolean>

  latestSequence(): Promise<number>
  userByRowId(key: number): Promise<UserRecord | undefined>
}
