import type { BotRecord, ConversationRecord, Entry, EntryKind, UserRecord } from './records.ts'
import type { UserLog } from './user-log.ts'

/** What a caller may see of a conversation. */
export interface Access {
  readonly user: UserRecord
  readonly conversation: ConversationRecord | undefined
  readonly isParticipant: boolean
}

/** An access without the user's fields: cheap to cache, however large the fields are. */
export type KeyedAccess = Omit<Access, 'user'> & {
  readonly user: Pick<UserRecord, 'key' | 'id' | 'keyNonce'>
}

/** What a caller may see of one message or event. */
interface EntryAccess {
  readonly user: UserRecord
  readonly entry: Entry | undefined
  readonly isParticipant: boolean
}

/** Where a user takes part. */
export interface Place {
  readonly user: Pick<UserRecord, 'key' | 'keyNonce'>
  readonly conversation: Pick<ConversationRecord, 'key' | 'botKey' | 'id'>
}

/** A message as a list shows it. */
export type ListedMessage = Pick<
  Entry,
  'conversationKey' | 'conversationId' | 'number' | 'tag' | 'createdAt' | 'userId' | 'payload' | 'metadata'
>

export interface Slice {
  /** Only what stands beyond this position in the list's order. */
  readonly beyond: number | undefined
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
  readonly end?: number | undefined
}

/** An item and its position in the list's order. */
type Placed<T> = readonly [item: T, position: number]

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
  readonly conversationKey: number
  readonly number: number
  readonly sequence: number
  /** The size of its payload and metadata. */
  readonly bytes: number
}

/** Finds the turns of a bot, without reading payloads. */
export interface TurnReads {
  /** The unfinished turns between two positions, in order of acceptance. */
  unfinished(
    bot: BotRecord,
    filter: TurnFilter,
    range: { after: number; upTo: number },
  ): Promise<Pick<TurnPosition, 'conversationKey' | 'sequence'>[]>
  /** The first unfinished turn of a conversation after a number. */
  nextTurn(
    bot: BotRecord,
    filter: TurnFilter,
    after: { conversationKey: number; number: number },
  ): Promise<TurnPosition | undefined>
  /** The number of the newest turn of a conversation with a stored answer; 0 if there is none. */
  answeredUpTo(conversationKey: number): Promise<number>
  /** The position up to which all turns are finished; undefined if the bot never had a turn. */
  watermark(bot: BotRecord): Promise<number | undefined>
  /** The numbers of the answers that the bot stored in one turn, oldest first. */
  answersTo(conversationKey: number, number: number): Promise<number[]>
}

/** What the rules need of a storage to answer questions. Each answer is one consistent snapshot. */
export interface Reads extends UserLog, TurnReads {
  user(bot: BotRecord, id: string): Promise<UserRecord | undefined>
  /** Whether the bot has any user besides its own. */
  hasUsers(bot: BotRecord): Promise<boolean>
  /** Undefined where the user does not exist. */
  access(bot: BotRecord, userId: string, conversationId: string): Promise<Access | undefined>
  /** Undefined where the user, the conversation or the user's part in it does not exist; asked for before every list. */
  place(bot: BotRecord, userId: string, conversationId: string): Promise<Place | undefined>
  /** A conversation of the user whose id contains `\\` and equals `path` after replacing each `\\` with `/`. */
  conversationLike(bot: BotRecord, user: UserRecord, path: string): Promise<ConversationRecord | undefined>
  /** Undefined if the user does not exist. A made-up id has no entry. */
  entryAccess(
    bot: BotRecord,
    userId: string,
    named: { kind: 'message' | 'event'; id: string },
  ): Promise<EntryAccess | undefined>

  /** Newest made first; positions fall. */
  conversations(user: UserRecord, slice: Slice): Promise<Page<Placed<ConversationRecord>>>
  /** Newest first; fewer than requested if they are large. */
  messages(conversation: Place['conversation'], slice: Slice): Promise<readonly ListedMessage[]>
  /**
   * The page of the newest messages beyond a position, as JSON: a text or its UTF-8. Undefined where the user takes no part any more:
   * what is remembered of a place may be older than the page.
   */
  messagePage(place: Place, slice: Slice): Promise<string | Uint8Array | undefined>
  /** In the order they joined; positions rise. */
  participants(conversation: Place['conversation'], slice: Slice): Promise<Page<Placed<UserRecord>>>
  participant(conversation: ConversationRecord, userId: string): Promise<UserRecord | undefined>

  conversation(bot: BotRecord, id: string): Promise<ConversationRecord | undefined>
  /** Undefined once it is deleted. */
  conversationByKey(key: number): Promise<ConversationRecord | undefined>
  /** One entry of the log; undefined once it is deleted. */
  entry(conversationKey: number, number: number): Promise<Entry | undefined>
  /** The log after a number, oldest first. Fewer than `limit` if entries are large; empty only at the end. */
  entriesAfter(conversationKey: number, number: number, limit: number): Promise<Entry[]>
  /** The number of the message or event with this id; undefined if the conversation has none. */
  numberOf(conversation: Place['conversation'], id: string): Promise<number | undefined>
  /** How many signals stand after a number, and when the oldest of them was accepted. Counts to `limit` and no further. */
  missedSince(
    conversationKey: number,
    number: number,
    limit: number,
  ): Promise<{ count: number; oldestAt: number }>
  /** Whether the log holds, after a number, what closes a bot's stream. */
  isStreamClosed(conversationKey: number, number: number, streamId: string): Promise<boolean>

  newestSequence(): Promise<number>
  userByKey(key: number): Promise<UserRecord | undefined>
}
