import { ApiError } from './api-error.ts'
import type { CacheableAccess } from './queries.ts'
import type { ConversationRecord, UserRecord } from './records.ts'
import type { Caller, Transaction } from './transaction.ts'

export function requireUser(tx: Transaction, caller: Caller): UserRecord {
  return requireExistingUser(tx.findUser(caller.bot, caller.userId), caller)
}

type WithKeyNonce = Pick<UserRecord, 'keyNonce'>

/**
 * The user of a key.
 *
 * @throws ApiError of type `ResourceNotFound` if the user does not exist; `Unauthorized` for the key of a deleted user
 * with that id.
 */
export function requireExistingUser<User extends WithKeyNonce>(user: User | undefined, caller: Caller): User {
  if (!user) {
    throw new ApiError(
      'ResourceNotFound',
      `Unable to go on; the key's user ${quote(caller.userId)} does not exist. Make them with getOrCreateUser.`,
    )
  }
  requireMatchingNonce(user, caller)
  return user
}

/** INV-6: a reused id inherits nothing. The keys of the deleted user still have a valid signature. */
export function requireMatchingNonce(user: WithKeyNonce, { keyNonce }: Caller): void {
  if (keyNonce === undefined || keyNonce === user.keyNonce) return
  throw new ApiError(
    'Unauthorized',
    'Unable to accept the user key; its user was deleted, and another user has the id now. Create a new user.',
  )
}

export function unknownConversation(id: string): ApiError {
  return new ApiError('ResourceNotFound', `Unable to find the conversation ${quote(id)}; it does not exist.`)
}

/** The one answer for a conversation that the caller takes no part in, and for one that does not exist. */
export function notParticipant(id: string): ApiError {
  return new ApiError(
    'Forbidden',
    `Unable to use the conversation ${quote(id)}; the caller takes no part in it. Its owner can add them.`,
  )
}

/**
 * For requests by the id of a message or event. The error must not reveal the conversation's id to non-participants.
 */
export function notParticipantOfEntry(kind: 'message' | 'event'): ApiError {
  return new ApiError(
    'Forbidden',
    `Unable to use the ${kind}; you are not a participant of its conversation. Ask its owner to add you.`,
  )
}

export function notOwner(id: string): ApiError {
  return new ApiError(
    'Forbidden',
    `Unable to change the conversation ${quote(id)}; only its owner may do this.`,
  )
}

export function unknownEntry(kind: 'message' | 'event', id: string): ApiError {
  return new ApiError('ResourceNotFound', `Unable to find the ${kind} ${quote(id)}; it does not exist.`)
}

export function unknownParticipant(userId: string): ApiError {
  return new ApiError(
    'ResourceNotFound',
    `Unable to find the participant ${quote(userId)}; they take no part.`,
  )
}

/** A conversation and the user who wants something of it. */
export interface ConversationWithUser<User = UserRecord> {
  readonly user: User
  readonly conversation: ConversationRecord
}

/** For operations that treat an unknown conversation as one the caller takes no part in. */
export function requireParticipant(
  tx: Transaction,
  caller: Caller,
  conversationId: string,
): ConversationWithUser<CacheableAccess['user']> {
  const access = tx.access(caller.bot, caller.userId, conversationId)
  const user = requireExistingUser(access?.user, caller)
  if (!access?.conversation || !access.isParticipant) throw notParticipant(conversationId)
  return { user, conversation: access.conversation }
}

/** For operations that say so when a conversation is unknown. */
export function requireConversation(tx: Transaction, caller: Caller, id: string): ConversationWithUser {
  const user = requireUser(tx, caller)
  const conversation = tx.findConversation(caller.bot, id)
  if (!conversation) throw unknownConversation(id)
  return { user, conversation }
}

export function requireOwnership(tx: Transaction, caller: Caller, id: string): ConversationWithUser {
  const found = requireConversation(tx, caller, id)
  if (!isOwner(found.conversation, found.user)) throw notOwner(id)
  return found
}

export function isOwner(conversation: ConversationRecord, user: UserRecord): boolean {
  return conversation.ownerRowId === user.rowId
}

/** Shows an id in a message without letting it break out of a line, or fill it. */
export function quote(id: string): string {
  return JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id)
}
