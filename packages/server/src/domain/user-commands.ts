import { ApiError } from '../wire/api-error.ts'
import { userFieldsJson } from '../wire/render.ts'
import { quote, requireMatchingNonce, requireUser } from './checks.ts'
import type { BotRecord, UserRecord } from './records.ts'
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
  return tx.insertUser(input.bot, { id: input.id, fieldsJson: userFieldsJson(input.fields) })
}

export function getOrCreateUser(tx: Transaction, input: { caller: Caller; fields: UserFields }): UserRecord {
  const { bot, userId, keyNonce } = input.caller
  const user = tx.findUser(bot, userId)
  if (!user) return tx.insertUser(bot, { id: userId, fieldsJson: userFieldsJson(input.fields), keyNonce })
  requireMatchingNonce(user, input.caller)
  return Object.keys(input.fields).length === 0
    ? user
    : tx.updateUser(user, userFieldsJson(input.fields, user.fieldsJson))
}

export function updateUser(tx: Transaction, input: { caller: Caller; fields: UserFields }): UserRecord {
  const user = requireUser(tx, input.caller)
  return Object.keys(input.fields).length === 0
    ? user
    : tx.updateUser(user, userFieldsJson(input.fields, user.fieldsJson))
}

/**
 * Deletes the user and their data: the conversations that they own, and their messages, events and memberships in
 * others. Each deleted message is followed by a `message_deleted`. All of it is hidden at once; slices remove the rows
 * and send the signals.
 */
export function deleteUser(tx: Transaction, input: { caller: Caller }): void {
  tx.deleteUser(input.caller.bot, requireUser(tx, input.caller))
}

/**
 * Creates the bot of a webhook id and its user, or updates them.
 *
 * @throws Error if another user has that id.
 */
export function registerBot(
  tx: Transaction,
  input: { webhookId: string; userId: string; fieldsJson: string },
): BotRecord {
  const bot = tx.findBot(input.webhookId)
  if (!bot) return tx.insertBot(input)
  const user = tx.findUser(bot, input.userId)
  if (user && user.rowId !== bot.userRowId) {
    throw new Error(
      `the id ${quote(input.userId)} of the bot is taken by a user; choose another id for the bot`,
    )
  }
  return tx.updateBot(bot, input)
}
