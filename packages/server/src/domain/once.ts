import { ApiError } from './api-error.ts'
import { notTakingPart, quote, requireOwnKey } from './checks.ts'
import type { ConversationRecord, Entry, UserRecord } from './records.ts'
import type { Caller, Transaction } from './transaction.ts'

/** A request that its caller may repeat: to be done once, however often it comes. */
export interface Once {
  /** Names the request among those of its user; a hash of the `Idempotency-Key` and the operation. */
  readonly key: string
  /** A hash of all that was asked, to tell a repetition from another request. */
  readonly body: string
}

interface Asking {
  readonly caller: Caller
  readonly user: UserRecord
  /** The conversation that the request was about, where there was one. */
  readonly conversationId: string | undefined
}

/** What a repeatable command made, as a reference that is kept, and found again. */
interface Made<Value> {
  refOf: (value: Value, asking: Asking, tx: Transaction) => string
  /** Undefined where it has been deleted since. */
  find: (tx: Transaction, ref: string, asking: Asking) => unknown
}

const entries: Made<Entry> = {
  refOf: ({ conversationKey, number }) => `${conversationKey} ${number}`,
  find: (tx, ref, { user, conversationId = '' }) => {
    const [conversationKey = 0, number = 0] = ref.split(' ').map(Number)
    const entry = tx.findWholeEntry(conversationKey, number)
    const conversation = entry && tx.findConversationByKey(conversationKey)
    if (conversation && !tx.isParticipant(conversation, user.key)) throw notTakingPart(conversationId)
    return entry
  },
}

const conversations: Made<ConversationRecord> = {
  refOf: ({ key }) => String(key),
  find: (tx, ref) => tx.findConversationByKey(Number(ref)),
}

const participants: Made<UserRecord> = {
  // By the conversation's key: once it is deleted, its id may be somebody else's.
  refOf: ({ key }, { caller, conversationId = '' }, tx) =>
    `${tx.findConversation(caller.bot, conversationId)?.key ?? 0} ${key}`,
  find: (tx, ref, { caller }) => {
    const [conversationKey = 0, userKey = 0] = ref.split(' ').map(Number)
    const conversation = tx.findConversationByKey(conversationKey)
    const participant = conversation && tx.findUserByKey(userKey)
    if (!participant) return undefined
    const isBot = participant.key === caller.bot.userKey
    return isBot || tx.isParticipant(conversation, participant.key) ? participant : undefined
  },
}

const users: Made<UserRecord> = { refOf: ({ id }) => id, find: (_, __, { user }) => user }

/** By the names of their commands. */
const made: Readonly<Record<string, Made<never>>> = {
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
export function runOnce(
  tx: Transaction,
  request: { name: string; caller: Caller; conversationId: string | undefined; once: Once },
  run: () => unknown,
): unknown {
  const { name, caller, conversationId, once } = request
  const kind = made[name] as Made<unknown> | undefined
  if (!kind) return run()

  const user = tx.findUser(caller.bot, caller.userId)
  if (user) requireOwnKey(user, caller)
  const former = user && tx.findMade(user, once.key)
  if (user && former) {
    if (former.body !== once.body) {
      throw new ApiError(
        'InvalidPayload',
        'Unable to repeat the request; another one was sent under this Idempotency-Key. Use a new key for each request.',
      )
    }
    const value = kind.find(tx, former.ref, { caller, user, conversationId })
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
    tx.keepMade(maker, { ...once, ref: kind.refOf(value, { caller, user: maker, conversationId }, tx) })
  return value
}
