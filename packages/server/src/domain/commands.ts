import { ApiError } from '../wire/api-error.ts'
import { notParticipant, quote, requireMatchingNonce } from './checks.ts'
import * as conversationCommands from './conversation-commands.ts'
import * as entryCommands from './entry-commands.ts'
import type { ConversationRecord, LogEntry, UserRecord } from './records.ts'
import type { Transaction, Caller } from './transaction.ts'
import * as userCommands from './user-commands.ts'

/**
 * The commands that change stored data: all functions that these modules export. Each checks the permissions of its
 * caller and applies its changes in one transaction.
 *
 * A command throws `ApiError` before it writes anything (INV-7).
 */
type Commands = typeof userCommands & typeof conversationCommands & typeof entryCommands
const commands: Commands = { ...userCommands, ...conversationCommands, ...entryCommands }

export type CommandName = keyof Commands
export type CommandInput<Name extends CommandName> = Parameters<Commands[Name]>[1]
export type CommandResult<Name extends CommandName> = ReturnType<Commands[Name]>

/** Identifies a request that its client may repeat, so that it is processed only once. */
export interface IdempotencyKey {
  /** A hash of the `Idempotency-Key` header and the operation; unique among the requests of a user. */
  readonly key: string
  /** A hash of the whole request, which distinguishes a repetition from a different request. */
  readonly fingerprint: string
}

/** A command and its input, as plain data that can be sent to another thread. */
export type CommandRequest = {
  [Name in CommandName]: {
    readonly name: Name
    readonly input: CommandInput<Name>
    /** Present if the client may repeat the request. */
    readonly idempotencyKey?: IdempotencyKey | undefined
  }
}[CommandName]

export function runCommand(tx: Transaction, { name, input, idempotencyKey }: CommandRequest): unknown {
  const command = commands[name] as (tx: Transaction, commandInput: CommandRequest['input']) => unknown
  const run = (): unknown => command(tx, input)
  if (!idempotencyKey || !('caller' in input)) return run()
  const conversationId = 'conversationId' in input ? input.conversationId : undefined
  return runIdempotent(tx, { name, caller: input.caller, conversationId, idempotencyKey }, run)
}

interface RequestScope {
  readonly caller: Caller
  readonly user: UserRecord
  /** The conversation in the request, if any. */
  readonly conversationId: string | undefined
}

/** Converts the result of an idempotent command to a reference that is stored, and back. */
interface ResourceLocator<Value> {
  toRef: (value: Value, scope: RequestScope, tx: Transaction) => string
  /** Undefined if the resource was deleted. */
  find: (tx: Transaction, ref: string, scope: RequestScope) => unknown
}

const entries: ResourceLocator<LogEntry> = {
  toRef: ({ conversationRowId, seq }) => `${conversationRowId} ${seq}`,
  find: (tx, ref, { user, conversationId = '' }) => {
    const [conversationRowId = 0, seq = 0] = ref.split(' ').map(Number)
    const entry = tx.findEntry(conversationRowId, seq)
    const conversation = entry && tx.findConversationByRowId(conversationRowId)
    if (conversation && !tx.isParticipant(conversation, user.rowId)) throw notParticipant(conversationId)
    return entry
  },
}

const conversations: ResourceLocator<ConversationRecord> = {
  toRef: ({ rowId }) => String(rowId),
  find: (tx, ref) => tx.findConversationByRowId(Number(ref)),
}

const participants: ResourceLocator<UserRecord> = {
  // References the conversation by row id: its public id may be reused after a deletion.
  toRef: ({ rowId }, { caller, conversationId = '' }, tx) =>
    `${tx.findConversation(caller.bot, conversationId)?.rowId ?? 0} ${rowId}`,
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

/** By command name. */
const locators: Readonly<Record<string, ResourceLocator<never>>> = {
  createMessage: entries,
  createEvent: entries,
  createConversation: conversations,
  getOrCreateConversation: conversations,
  addParticipant: participants,
  getOrCreateUser: users,
}

/**
 * INV-11: runs a command unless an earlier request of the user had the same idempotency key. Then it returns the
 * current state of the resource which that request created. Errors are not stored.
 *
 * @throws ApiError of type `InvalidPayload` if the key was used for a different request; `ResourceNotFound` if the
 * resource was deleted.
 */
function runIdempotent(
  tx: Transaction,
  request: {
    name: string
    caller: Caller
    conversationId: string | undefined
    idempotencyKey: IdempotencyKey
  },
  run: () => unknown,
): unknown {
  const { name, caller, conversationId, idempotencyKey } = request
  const locator = locators[name] as ResourceLocator<unknown> | undefined
  if (!locator) return run()

  const user = tx.findUser(caller.bot, caller.userId)
  if (user) requireMatchingNonce(user, caller)
  const record = user && tx.findIdempotencyRecord(user, idempotencyKey.key)
  if (user && record) {
    if (record.fingerprint !== idempotencyKey.fingerprint) {
      throw new ApiError(
        'InvalidPayload',
        'Unable to repeat the request; its Idempotency-Key was used for a different request. ' +
          'Use a new key for each request.',
      )
    }
    const value = locator.find(tx, record.resourceRef, { caller, user, conversationId })
    if (value === undefined)
      throw new ApiError(
        'ResourceNotFound',
        `Unable to repeat ${quote(name)}; the resource that it created was deleted. Use a new Idempotency-Key.`,
      )
    return value
  }
  const value = run()
  // The command may have created the user.
  const creator = user ?? tx.findUser(caller.bot, caller.userId)
  if (creator)
    tx.saveIdempotencyRecord(creator, {
      ...idempotencyKey,
      resourceRef: locator.toRef(value, { caller, user: creator, conversationId }, tx),
    })
  return value
}
