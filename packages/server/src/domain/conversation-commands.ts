import { ApiError } from '../wire/api-error.ts'
import { participantDataJson } from '../wire/render.ts'
import {
  notOwner,
  notParticipant,
  quote,
  requireUser,
  unknownConversation,
  unknownParticipant,
} from './checks.ts'
import { endMembership, removeDeletedParticipants } from './deletion.ts'
import type { ConversationRecord, UserRecord } from './records.ts'
import type { Caller, Transaction } from './transaction.ts'

export function createConversation(
  tx: Transaction,
  input: { caller: Caller; id: string },
): ConversationRecord {
  const owner = requireUser(tx, input.caller)
  if (tx.findConversation(input.caller.bot, input.id)) {
    throw new ApiError(
      'AlreadyExists',
      `Unable to create the conversation; the id ${quote(input.id)} is taken. ` +
        'Choose another id, or use getOrCreateConversation.',
    )
  }
  return insertConversation(tx, input, owner)
}

export function getOrCreateConversation(
  tx: Transaction,
  input: { caller: Caller; id: string },
): ConversationRecord {
  const user = requireUser(tx, input.caller)
  const conversation = tx.findConversation(input.caller.bot, input.id)
  if (!conversation) return insertConversation(tx, input, user)
  if (!isOwner(conversation, user)) throw notOwner(input.id)
  return conversation
}

function insertConversation(
  tx: Transaction,
  input: { caller: Caller; id: string },
  owner: UserRecord,
): ConversationRecord {
  const conversation = tx.insertConversation(input.caller.bot, { id: input.id, owner })
  tx.append(conversation, { kind: 'conversation_created', user: owner, payload: '{}' })
  return conversation
}

export function deleteConversation(tx: Transaction, input: { caller: Caller; id: string }): void {
  tx.deleteConversation(requireOwnership(tx, input.caller, input.id).conversation)
}

/** Changes nothing if the user is already a participant, as the bot always is. */
export function addParticipant(
  tx: Transaction,
  input: { caller: Caller; conversationId: string; userId: string },
): UserRecord {
  const { conversation } = requireOwnership(tx, input.caller, input.conversationId)
  const user = tx.findUser(input.caller.bot, input.userId)
  if (!user) {
    throw new ApiError(
      'ResourceNotFound',
      `Unable to add the user ${quote(input.userId)}; the user does not exist. Check the id.`,
    )
  }
  const isBot = user.rowId === input.caller.bot.userRowId
  if (isBot || tx.isParticipant(conversation, user.rowId)) return user

  removeDeletedParticipants(tx, conversation, user.id)
  tx.insertParticipant(conversation, user)
  tx.append(conversation, {
    kind: 'participant_added',
    user,
    payload: participantDataJson(conversation.id, user.id),
  })
  return user
}

export function removeParticipant(
  tx: Transaction,
  input: { caller: Caller; conversationId: string; userId: string },
): void {
  const { user, conversation } = requireConversation(tx, input.caller, input.conversationId)
  if (!tx.isParticipant(conversation, user.rowId)) throw notParticipant(input.conversationId)
  if (!isOwner(conversation, user) && input.userId !== user.id) throw notOwner(input.conversationId)

  const target = tx.findUser(input.caller.bot, input.userId)
  if (!target || !tx.isParticipant(conversation, target.rowId)) throw unknownParticipant(input.userId)
  if (isOwner(conversation, target)) {
    throw new ApiError(
      'InvalidPayload',
      'Unable to remove the participant; the owner cannot leave the conversation. Delete the conversation instead.',
    )
  }
  endMembership(tx, conversation, target)
}

interface ConversationWithUser {
  readonly user: UserRecord
  readonly conversation: ConversationRecord
}

/** For operations that report an unknown conversation as `ResourceNotFound`. */
function requireConversation(tx: Transaction, caller: Caller, id: string): ConversationWithUser {
  const user = requireUser(tx, caller)
  const conversation = tx.findConversation(caller.bot, id)
  if (!conversation) throw unknownConversation(id)
  return { user, conversation }
}

function requireOwnership(tx: Transaction, caller: Caller, id: string): ConversationWithUser {
  const access = requireConversation(tx, caller, id)
  if (!isOwner(access.conversation, access.user)) throw notOwner(id)
  return access
}

function isOwner(conversation: ConversationRecord, user: UserRecord): boolean {
  return conversation.ownerRowId === user.rowId
}
