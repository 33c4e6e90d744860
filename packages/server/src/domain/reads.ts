import type { BotRecord, ConversationRecord, Entry, EntryKind, UserRecord } from './records.ts'
import type { UserLog } from './user-log.ts'

/** What a caller may see of a conversation. */
export interface Access {
  readonly user: UserRecord
  readonly conversation: ConversationRecord | undefined
  readonly isParticipant: boolean
}

/** An access with no more of the user than names them: cheap to remember, however much they say of themselves. */
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
  /** The most items to read. */
  readonly limit: number
  /** The most bytes of payloads and fields to read; one item is read whatever its size. Default: 1 MiB. */
  readonly maxBytes?: number
}

/** A part of a list. It may hold fewer items than its slice asked for: large ones fill it up. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Whether the list has items beyond the last of these, or may have. */
  readonly hasMore: boolean
  /** The position up to which the list was searched, where that is beyond the last item. */
  readonly end?: number | undefined
}

/** An item and its position in the list's order. */
type Placed<T> = readonly [item: T, position: number]

/** Which entries are turns of a bot: what others than the bot did. */
export interface TurnFilter {
  /** Those that it has a handler for. */
  readonly kinds: readonly EntryKind[]
  /** Turns stand behind this place in the order of acceptance. */
  readonly after: number
  /** Up to `upTo` in that order, what was accepted before `since` is too old to be answered. */
  readonly backlog: { readonly upTo: number; readonly since: number }
}

/** Where a turn stands in the log. */
export interface TurnPosition {
  readonly conversationKey: number
  readonly number: number
  readonly sequence: number
  /** Of its payload and metadata. */
  readonly bytes: number
}

/** What a bot has to answer. No payload is read. */
export interface TurnReads {
  /** Which turns the bot has not finished between two places in the order of acceptance, in that order. */
  unfinished(
    bot: BotRecord,
    filter: TurnFilter,
    range: { after: number; upTo: number },
  ): Promise<Pick<TurnPosition, 'conversationKey' | 'sequence'>[]>
  /** The first turn that the bot has not finished in a conversation, after a number. */
  nextTurn(
    bot: BotRecord,
    filter: TurnFilter,
    after: { conversationKey: number; number: number },
  ): Promise<TurnPosition | undefined>
  /** The number of the newest turn of a conversation in which the bot has stored anything; 0 if there is none. */
  answeredUpTo(conversationKey: number): Promise<number>
  /** Up to where the bot is known to have finished everything; undefined if it never had a turn. */
  watermark(bot: BotRecord): Promise<number | undefined>
  /** The numbers of what the bot stored in one turn, oldest first. */
  answersTo(conversationKey: number, number: number): Promise<number[]>
}

/** What the rules need of a storage to answer questions. Each answer is one consistent snapshot. */
export interface Reads extends UserLog, TurnReads {
  user(bot: BotRecord, id: string): Promise<UserRecord | undefined>
  /** Whether there is any but the bot's own. */
  hasUsers(bot: BotRecord): Promise<boolean>
  /** Undefined where the user does not exist. */
  access(bot: BotRecord, userId: string, conversationId: string): Promise<Access | undefined>
  /** Undefined where the user, the conversation or the user's part in it does not exist; asked for before every list. */
  place(bot: BotRecord, userId: string, conversationId: string): Promise<Place | undefined>
  /** One that the user takes part in, whose id holds a `\\`, and is `path` once each of them is a `/`. */
  conversationLike(bot: BotRecord, user: UserRecord, path: string): Promise<ConversationRecord | undefined>
  /** Undefined where the user does not exist. An id that was never given out names no entry. */
  entryAccess(
    bot: BotRecord,
    userId: string,
    named: { kind: 'message' | 'event'; id: string },
  ): Promise<EntryAccess | undefined>

  /** Newest made first; positions fall. */
  conversations(user: UserRecord, slice: Slice): Promise<Page<Placed<ConversationRecord>>>
  /** Newest first; fewer than asked for where they are large. */
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
  /** The log after a number, oldest first. Fewer than `limit` where they are large; none only at the end. */
  entriesAfter(conversationKey: number, number: number, limit: number): Promise<Entry[]>
  /** The number of the message or event with this id; undefined where the conversation holds none. */
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
