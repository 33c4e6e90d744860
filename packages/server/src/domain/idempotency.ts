import { ApiError } from './api-error.ts'
import { notParticipant, quote, requireMatchingNonce } from './checks.ts'
import type { ConversationRecord, LogEntry, UserRecord } from './records.ts'
import type { Caller, Transaction } from './transaction.ts'

/** A request that its caller may repeat: to be done once, however often it comes. */
export interface IdempotencyKey {
  /** Names the request among those of its user; a hash of the `Idempotency-Key` and the operation. */
  readonly key: string
  /** A hash of all that was asked, to tell a repetition from another request. */
  readonly fingerprint: string
}

interface RequestScope {
  readonly caller: Caller
  readonly user: UserRecord
  /** The conversation that the request was about, where there was one. */
  readonly conversationId: string | undefined
}

/** What a repeatable command made, as a reference that is kept, and found again. */
interface ResourceLocator<Value> {
  toRef: (value: Value, asking: RequestScope, tx: Transaction) => string
  /** Undefined where it has been deleted since. */
  find: (tx: Transaction, ref: string, asking: RequestScope) => unknown
}

const entries: ResourceLocator<LogEntry> = {
  toRef: ({ conversationRowId, seq: number }) => `${conversationRowId} ${number}`,
  find: (tx, ref, { user, conversationId = '' }) => {
    const [conversationRowId = 0, number = 0] = ref.split(' ').map(Number)
    const entry = tx.findEntry(conversationRowId, number)
    const conversation = entry && tx.findConversationByRowId(conversationRowId)
    if (conversation && !tx.isParticipant(conversation, user.rowId)) throw notParticipant(conversationId)
    return entry
  },
}

const conversations: ResourceLocator<ConversationRecord> = {
  toRef: ({ rowId: key }) => String(key),
  find: (tx, ref) => tx.findConversationByRowId(Number(ref)),
}

const participants: ResourceLocator<UserRecord> = {
  // By the conversation's key: once it is deleted, its id may be somebody else's.
  toRef: ({ rowId: key }, { caller, conversationId = '' }, tx) =>
    `${tx.findConversation(caller.bot, conversationId)?.rowId ?? 0} ${key}`,
  find: (tx, ref, { caller }) => {
    const [conversationRowId = 0, userRowId = 0] = ref.split(' ').map(Number)
    const conversation = tx.findConversationByRowId(conversationRowId)
    const participant = conversation && tx.findUserByRowId(userRowId)
    if (!participant) return undefined
    const isBot = participant.rowId === caller.bot.userRowId
    return isBot || tx.isParticipant(conversation, participant.rowId) ? participant : undefined
  },
}

const users: ResourceLocator<UserRecord> = { toRef: ({ id }) => id, find: (_, __, { user }) => user }

/** By the names of their commands. */
const locators: Readonly<Record<string, ResourceLocator<never>>> = {
  createMessage: entries,
  createEvent: entries,
  createConversation: conversations,
  getOrCreateConversation: conversations,
  addParticipant: participants,
  getOrCreateUser: users,
}

/**
 * Runs a command unless the user's same request did so before, in which case what it made then is found, as it is now. A refusal is
 * not remembered.
 *
 * @throws ApiError of type `InvalidPayload` for another request under the key; `ResourceNotFound` where what was made is gone.
 */
export function runIdempotent(
  tx: Transaction,
  request: {
    name: string
    caller: Caller
    conversationId: string | undefined
    idempotencyKey: IdempotencyKey
  },
  run: () => unknown,
): unknown {
  const { name, caller, conversationId, idempotencyKey: once } = request
  const kind = locators[name] as ResourceLocator<unknown> | undefined
  if (!kind) return run()

  const user = tx.findUser(caller.bot, caller.userId)
  if (user) requireMatchingNonce(user, caller)
  const former = user && tx.findIdempotencyRecord(user, once.key)
  if (user && former) {
    if (former.fingerprint !== once.fingerprint) {
      throw new ApiError(
        'InvalidPayload',
        'Unable to repeat the request; another one was sent under this Idempotency-Key. Use a new key for each request.',
      )
    }
    const value = kind.find(tx, former.resourceRef, { caller, user, conversationId })
    if (value === undefined)
      throw new ApiError(
        'ResourceNotFound',
        `Unable to repeat ${quote(name)}; what it made has been deleted.`,
      )
    return value
  }
  const value = run()
  const maker = user ?? tx.findUser(caller.bot, caller.userId)
  if (maker)
    tx.saveIdempotencyRecord(maker, {
      ...once,
      resourceRef: kind.toRef(value, { caller, user: maker, conversationId }, tx),
    })
  return value
}
