import { ApiError } from './api-error.ts'
import {
  notTakingPartInIts,
  requireParticipation,
  requireUser,
  unknownConversation,
  unknownEntry,
} from './checks.ts'
import { positionOfId } from './positions.ts'
import type { BotRecord, ConversationRecord, Entry } from './records.ts'
import type { Caller, Transaction } from './transaction.ts'
import { appendDeletion } from './user-commands.ts'

/** Payload and metadata are JSON text that was checked and is stored as it is. */
export function createMessage(
  tx: Transaction,
  input: { caller: Caller; conversationId: string; payload: string; metadata: string | undefined },
): Entry {
  const { user, conversation } = requireParticipation(tx, input.caller, input.conversationId)
  return tx.append(conversation, {
    kind: 'message_created',
    user,
    payload: input.payload,
    metadata: input.metadata,
  })
}

export function deleteMessage(tx: Transaction, input: { caller: Caller; id: string }): void {
  const user = requireUser(tx, input.caller)
  const { bot } = input.caller
  const position = positionOfId('message', input.id, (found) => tx.tagOf(bot, found))
  const conversation = position && tx.findConversationByKey(position.conversationKey)
  if (!position || !conversation || conversation.botKey !== bot.key) {
    throw unknownEntry('message', input.id)
  }
  const entry = tx.findEntry(conversation.key, position.number)
  if (entry?.kind !== 'message_created') throw unknownEntry('message', input.id)
  if (entry.userKey !== user.key) {
    throw tx.isParticipant(conversation, user.key)
      ? new ApiError('Forbidden', 'Unable to delete the message; only its sender may do this.')
      : notTakingPartInIts('message')
  }
  tx.deleteEntry(conversation.key, entry.number)
  appendDeletion(tx, conversation, { user, number: entry.number })
}

export function createEvent(
  tx: Transaction,
  input: { caller: Caller; conversationId: string; payload: string },
): Entry {
  const { user, conversation } = requireParticipation(tx, input.caller, input.conversationId)
  return tx.append(conversation, { kind: 'event_created', user, payload: input.payload })
}

/** What the bot puts into a conversation that it names by key, in a turn, or by public id, outside of one. */
export interface BotEntry {
  readonly bot: BotRecord
  readonly conversation: { readonly key: number } | { readonly id: string }
  readonly kind: 'message_created' | 'event_created' | 'message_stream_abort'
  readonly payload: string
  readonly metadata?: string | undefined
  readonly streamId?: string | undefined
  readonly turn?: number | undefined
}

export function appendByBot(tx: Transaction, input: BotEntry): Entry {
  return tx.append(conversationOfBot(tx, input), {
    kind: input.kind,
    user: { key: input.bot.userKey, id: input.bot.userId },
    payload: input.payload,
    metadata: input.metadata,
    streamId: input.streamId,
    turn: input.turn,
  })
}

function conversationOfBot(tx: Transaction, { bot, conversation }: BotEntry): ConversationRecord {
  const found =
    'key' in conversation
      ? tx.findConversationByKey(conversation.key)
      : tx.findConversation(bot, conversation.id)
  if (!found) throw unknownConversation('id' in conversation ? conversation.id : '(deleted meanwhile)')
  return found
}

export function finishTurn(
  tx: Transaction,
  input: { bot: BotRecord; conversationKey: number; number: number; watermark: number },
): void {
  tx.finishTurn(input.bot, input)
}
