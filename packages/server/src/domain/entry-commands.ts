import { ApiError } from '../wire/api-error.ts'
import { decodeEntryId } from '../wire/ids.ts'
import {
  notParticipant,
  notParticipantOfEntry,
  requireExistingUser,
  requireUser,
  unknownConversation,
  unknownEntry,
} from './checks.ts'
import { appendMessageDeleted } from './deletion.ts'
import type { CacheableAccess } from './queries.ts'
import type { BotRecord, ConversationRecord, LogEntry } from './records.ts'
import type { Caller, Transaction } from './transaction.ts'

/** Payload and metadata are validated JSON text, which is stored unchanged. */
export function createMessage(
  tx: Transaction,
  input: { caller: Caller; conversationId: string; payload: string; metadata: string | undefined },
): LogEntry {
  const { user, conversation } = requireParticipant(tx, input.caller, input.conversationId)
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
  const position = decodeEntryId('message', input.id, (entryPosition) => tx.idTag(bot, entryPosition))
  const conversation = position && tx.findConversationByRowId(position.conversationRowId)
  if (!position || !conversation || conversation.botRowId !== bot.rowId) {
    throw unknownEntry('message', input.id)
  }
  const entry = tx.findEntry(conversation.rowId, position.seq)
  if (entry?.kind !== 'message_created') throw unknownEntry('message', input.id)
  if (entry.userRowId !== user.rowId) {
    throw tx.isParticipant(conversation, user.rowId)
      ? new ApiError(
          'Forbidden',
          'Unable to delete the message; only its sender may do this. Ask the sender.',
        )
      : notParticipantOfEntry('message')
  }
  tx.deleteEntry(conversation.rowId, entry.seq)
  appendMessageDeleted(tx, conversation, { user, seq: entry.seq })
}

export function createEvent(
  tx: Transaction,
  input: { caller: Caller; conversationId: string; payload: string },
): LogEntry {
  const { user, conversation } = requireParticipant(tx, input.caller, input.conversationId)
  return tx.append(conversation, { kind: 'event_created', user, payload: input.payload })
}

/** An entry by a bot. Turns identify the conversation by row id; `send` identifies it by public id. */
export interface BotEntry {
  readonly bot: BotRecord
  readonly conversation: { readonly rowId: number } | { readonly id: string }
  readonly kind: 'message_created' | 'event_created' | 'message_stream_abort'
  readonly payload: string
  readonly metadata?: string | undefined
  readonly streamId?: string | undefined
  readonly turn?: number | undefined
}

export function appendByBot(tx: Transaction, input: BotEntry): LogEntry {
  return tx.append(requireBotConversation(tx, input), {
    kind: input.kind,
    user: { rowId: input.bot.userRowId, id: input.bot.userId },
    payload: input.payload,
    metadata: input.metadata,
    streamId: input.streamId,
    turn: input.turn,
  })
}

/** A message that is stored together with the end of its turn. */
export type LastMessage = Pick<BotEntry, 'payload' | 'metadata' | 'streamId'>

/**
 * Stores that a turn has finished, and its last messages: the texts so far of a stopped turn, or the error message of a
 * failed one. In a conversation that was deleted meanwhile, there is nothing to store.
 */
export function finishTurn(
  tx: Transaction,
  input: {
    bot: BotRecord
    conversationRowId: number
    /** The `seq` of the entry that the turn handles. */
    seq: number
    watermark: number
    messages?: readonly LastMessage[]
  },
): LogEntry[] {
  const { bot, conversationRowId: rowId, seq: turn, messages = [] } = input
  tx.finishTurn(bot, input)
  if (messages.length === 0 || !tx.findConversationByRowId(rowId)) return []
  return messages.map((message) =>
    appendByBot(tx, { ...message, bot, conversation: { rowId }, kind: 'message_created', turn }),
  )
}

/** Responds with the same error whether the conversation is unknown or the caller is not a participant. */
function requireParticipant(
  tx: Transaction,
  caller: Caller,
  conversationId: string,
): { user: CacheableAccess['user']; conversation: ConversationRecord } {
  const access = tx.access(caller.bot, caller.userId, conversationId)
  const user = requireExistingUser(access?.user, caller)
  if (!access?.conversation || !access.isParticipant) throw notParticipant(conversationId)
  return { user, conversation: access.conversation }
}

function requireBotConversation(tx: Transaction, { bot, conversation }: BotEntry): ConversationRecord {
  const record =
    'rowId' in conversation
      ? tx.findConversationByRowId(conversation.rowId)
      : tx.findConversation(bot, conversation.id)
  if (!record) throw unknownConversation('id' in conversation ? conversation.id : '(deleted)')
  return record
}
