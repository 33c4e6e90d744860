import { ApiError } from './api-error.ts'
import { quote, requireMatchingNonce, requireUser } from './checks.ts'
import { messageId } from './positions.ts'
import type { BotRecord, ConversationRecord, UserRecord } from './records.ts'
import type { Caller, Transaction } from './transaction.ts'

/** The fields of a user that clients set. */
export interface UserFields {
  readonly name?: string
  readonly pictureUrl?: string
  readonly profile?: string
}

export function createUser(
  tx: Transaction,
  input: { bot: BotRecord; id: string; fields: UserFields },
): UserRecord {
  if (tx.findUser(input.bot, input.id)) {
    throw new ApiError(
      'AlreadyExists',
      `Unable to create the user; the id ${quote(input.id)} is taken. Choose another id, or omit it.`,
    )
  }
  return tx.insertUser(input.bot, { id: input.id, fieldsJson: mergeFields('{}', input.fields) })
}

export function getOrCreateUser(tx: Transaction, input: { caller: Caller; fields: UserFields }): UserRecord {
  const { bot, userId, keyNonce } = input.caller
  const user = tx.findUser(bot, userId)
  if (!user) return tx.insertUser(bot, { id: userId, fieldsJson: mergeFields('{}', input.fields), keyNonce })
  requireMatchingNonce(user, input.caller)
  return Object.keys(input.fields).length === 0
    ? user
    : tx.updateUser(user, mergeFields(user.fieldsJson, input.fields))
}

export function updateUser(tx: Transaction, input: { caller: Caller; fields: UserFields }): UserRecord {
  const user = requireUser(tx, input.caller)
  return Object.keys(input.fields).length === 0
    ? user
    : tx.updateUser(user, mergeFields(user.fieldsJson, input.fields))
}

/**
 * Deletes the user and their data: the conversations that they own, and their messages, events and memberships in
 * others. Each deleted message is followed by a `message_deleted`. All of it is hidden at once; slices remove the rows
 * and send the signals.
 */
export function deleteUser(tx: Transaction, input: { caller: Caller }): void {
  tx.deleteUser(input.caller.bot, requireUser(tx, input.caller))
}

export function appendMessageDeleted(
  tx: Transaction,
  conversation: ConversationRecord,
  message: { user: Pick<UserRecord, 'rowId' | 'id'>; seq: number },
): void {
  const position = { conversationRowId: conversation.rowId, seq: message.seq }
  tx.append(conversation, {
    kind: 'message_deleted',
    user: message.user,
    payload: JSON.stringify({
      id: messageId({ ...position, tag: tx.idTag({ rowId: conversation.botRowId }, position) }),
      conversationId: conversation.id,
      userId: message.user.id,
    }),
  })
}

export function endMembership(
  tx: Transaction,
  conversation: ConversationRecord,
  user: Pick<UserRecord, 'rowId' | 'id'>,
): void {
  tx.deleteParticipant(conversation, user)
  tx.append(conversation, {
    kind: 'participant_removed',
    user,
    payload: JSON.stringify({ conversationId: conversation.id, participantId: user.id }),
  })
}

function mergeFields(current: string, fields: UserFields): string {
  return JSON.stringify({ ...(JSON.parse(current) as UserFields), ...fields })
}
