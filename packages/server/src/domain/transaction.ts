import type { DeletionRows } from './deletion-rows.ts'
import type { EntryPosition } from './positions.ts'
import type { CacheableAccess } from './queries.ts'
import type {
  BotRecord,
  ConversationRecord,
  LogEntry,
  EntryKind,
  EntryHeader,
  UserRecord,
} from './records.ts'

/** What a caller is known by: the bot they talk to, and the id in their key. */
export interface Caller {
  readonly bot: BotRecord
  readonly userId: string
  /** Present in keys that the server signed; must match the user's. */
  readonly keyNonce?: string | undefined
}

interface NewEntry {
  readonly kind: EntryKind
  readonly user: Pick<UserRecord, 'rowId' | 'id'>
  readonly payload: string
  readonly metadata?: string | undefined
  readonly streamId?: string | undefined
  /** The number of the entry that the bot was answering. */
  readonly turn?: number | undefined
}

/**
 * What the rules need of a storage to change it: everything in one transaction, seen and written in order.
 *
 * Synchronous, so that a rule reads as one piece and a batch of requests runs without interleaving.
 */
export interface Transaction {
  /** Milliseconds since 1970. */
  readonly now: number

  findUser(bot: BotRecord, id: string): UserRecord | undefined
  findUserByRowId(key: number): UserRecord | undefined
  /** @param user.keyNonce - Default: a random one. */
  insertUser(
    bot: BotRecord,
    user: { id: string; fieldsJson: string; keyNonce?: string | undefined },
  ): UserRecord
  updateUser(user: UserRecord, fields: string): UserRecord
  /** Frees the id and hides the user's conversations and messages; the rows remain, as a pending deletion. */
  deleteUser(bot: BotRecord, user: UserRecord): void

  findConversation(bot: BotRecord, id: string): ConversationRecord | undefined
  findConversationByRowId(key: number): ConversationRecord | undefined
  /** Inserts it with its owner as the first participant. */
  insertConversation(bot: BotRecord, conversation: { id: string; owner: UserRecord }): ConversationRecord
  /** Frees the id and hides its log and its participants; the rows remain, as a pending deletion. */
  deleteConversation(conversation: ConversationRecord): void
  readonly deletions: DeletionRows

  /** A user, a conversation and whether they take part, in one look; undefined where the user does not exist. */
  access(bot: BotRecord, userId: string, conversationId: string): CacheableAccess | undefined
  isParticipant(conversation: ConversationRecord, userRowId: number): boolean
  insertParticipant(conversation: ConversationRecord, user: UserRecord): void
  deleteParticipant(conversation: ConversationRecord, user: Pick<UserRecord, 'rowId'>): void

  /** Gives the entry the conversation's next number and time, and stores it. */
  append(conversation: ConversationRecord, entry: NewEntry): LogEntry
  /** The tag of the message or event at a position. */
  idTag(bot: { readonly rowId: number }, position: EntryPosition): string
  findEntryHeader(conversationRowId: number, number: number): EntryHeader | undefined
  findEntry(conversationRowId: number, number: number): LogEntry | undefined
  deleteEntry(conversationRowId: number, number: number): void

  /** What an earlier request of the user made under a key, if it is a day old at most. */
  findIdempotencyRecord(user: UserRecord, key: string): IdempotencyRecord | undefined
  saveIdempotencyRecord(user: UserRecord, made: IdempotencyRecord & { key: string }): void

  /** Remembers that the bot is done with the entry, and that everything up to `watermark` is done. */
  finishTurn(bot: BotRecord, turn: { conversationRowId: number; seq: number; watermark: number }): void
  /** Makes or renames the bot and its user; fails if a user has that id. */
  registerBot(bot: { webhookId: string; userId: string; fieldsJson: string }): BotRecord
}

/** What a request made: never what was answered. */
export interface IdempotencyRecord {
  /** A hash of the request. */
  readonly fingerprint: string
  /** Where what it made is found. */
  readonly resourceRef: string
}
