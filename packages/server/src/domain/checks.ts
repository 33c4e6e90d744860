import { ApiError } from '../wire/api-error.ts'
import type { UserRecord } from './records.ts'
import type { Caller, Transaction } from './transaction.ts'

export function requireUser(tx: Transaction, caller: Caller): UserRecord {
  return requireExistingUser(tx.findUser(caller.bot, caller.userId), caller)
}

type WithKeyNonce = Pick<UserRecord, 'keyNonce'>

/**
 * Returns the caller's user.
 *
 * @throws ApiError of type `ResourceNotFound` if the user does not exist; `Unauthorized` if the user key belongs to a
 * deleted user with the same id.
 */
export function requireExistingUser<User extends WithKeyNonce>(user: User | undefined, caller: Caller): User {
  if (!user) {
    throw new ApiError(
      'ResourceNotFound',
      `Unable to process the request; the user ${quote(caller.userId)} does not exist. ` +
        'Create one with getOrCreateUser.',
    )
  }
  requireMatchingNonce(user, caller)
  return user
}

/** INV-6: a reused id inherits nothing. User keys of the deleted user still have a valid signature. */
export function requireMatchingNonce(user: WithKeyNonce, { keyNonce }: Caller): void {
  if (keyNonce === undefined || keyNonce === user.keyNonce) return
  throw new ApiError(
    'Unauthorized',
    'Unable to accept the user key; its user was deleted, and another user has the same id. Create a new user.',
  )
}

export function unknownConversation(id: string): ApiError {
  return new ApiError(
    'ResourceNotFound',
    `Unable to find the conversation ${quote(id)}; it does not exist. Check the id.`,
  )
}

/** The same error whether the conversation does not exist or the caller is not a participant in it. */
export function notParticipant(id: string): ApiError {
  return new ApiError(
    'Forbidden',
    `Unable to access the conversation ${quote(id)}; you are not a participant. Ask its owner to add you.`,
  )
}

/** For requests by the id of a message or event. Does not reveal the id of the conversation. */
export function notParticipantOfEntry(kind: 'message' | 'event'): ApiError {
  return new ApiError(
    'Forbidden',
    `Unable to access the ${kind}; you are not a participant in its conversation. Ask its owner to add you.`,
  )
}

export function notOwner(id: string): ApiError {
  return new ApiError(
    'Forbidden',
    `Unable to change the conversation ${quote(id)}; only its owner may do this. Ask the owner.`,
  )
}

export function unknownEntry(kind: 'message' | 'event', id: string): ApiError {
  return new ApiError(
    'ResourceNotFound',
    `Unable to find the ${kind} ${quote(id)}; it does not exist. Check the id.`,
  )
}

export function unknownParticipant(userId: string): ApiError {
  return new ApiError(
    'ResourceNotFound',
    `Unable to find the participant ${quote(userId)}; no participant of the conversation has this id. Check the id.`,
  )
}

/** Quotes an id for an error message: on one line, and shortened if long. */
export function quote(id: string): string {
  return JSON.stringify(id.length > 80 ? `${id.slice(0, 80)}…` : id)
}
