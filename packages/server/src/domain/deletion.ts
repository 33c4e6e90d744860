import { deletedMessageDataJson, participantDataJson } from '../wire/render.ts'
import type { ConversationRecord, EntryHeader, UserRecord } from './records.ts'
import type { PendingDeletion, SliceBudget, Transaction } from './transaction.ts'

export function createSliceBudget(limits: { rows: number; bytes: number }): SliceBudget {
  let { rows, bytes } = limits
  return {
    spend: (cost) => {
      rows -= cost.rows
      bytes -= cost.bytes ?? 0
    },
    get isSpent() {
      return rows <= 0 || bytes <= 0
    },
  }
}

/** The number of searched rows that cost as much as one removed row. */
const searchedRowsPerRow = 16

/** Removes rows of pending deletions and appends their signals until the budget is spent or no rows are left. */
export function continueDeletions(tx: Transaction, budget: SliceBudget): void {
  while (!budget.isSpent) {
    const deletion = tx.deletions.next()
    if (!deletion) return
    if (deletion.kind === 'conversation') continueConversation(tx, deletion, budget)
    else continueUser(tx, deletion, budget)
  }
}

function continueConversation(tx: Transaction, deletion: PendingDeletion, budget: SliceBudget): void {
  if (!tx.deletions.removeConversationRows(deletion, budget)) return
  tx.deletions.finish(deletion)
  budget.spend({ rows: 1 })
}

function continueUser(tx: Transaction, deletion: PendingDeletion, budget: SliceBudget): void {
  const { deletions } = tx
  while (!budget.isSpent) {
    const membership = deletions.nextMembership(deletion.rowId)
    if (!membership) {
      if (!deletions.removeUserRows(deletion, budget)) return
      deletions.finish(deletion)
      budget.spend({ rows: 1 })
      return
    }
    const { conversation, conversationRowId } = membership
    budget.spend({ rows: 1 })
    if (conversation?.ownerRowId === deletion.rowId) {
      // Becomes a separate deletion, which runs first and also removes this membership.
      tx.deleteConversation(conversation)
      return
    }
    if (conversation && !deleteUserContent(tx, { deletion, conversation, budget })) return
    deletions.removeMembership(deletion.rowId, conversationRowId)
  }
}

interface UserContentDeletion {
  readonly deletion: PendingDeletion
  readonly conversation: ConversationRecord
  readonly budget: SliceBudget
}

/**
 * Removes a deleted user's entries and membership from another user's conversation.
 *
 * @returns False if the budget was spent first.
 */
function deleteUserContent(
  tx: Transaction,
  { deletion, conversation, budget }: UserContentDeletion,
): boolean {
  const { searchedUpTo } = deletion
  const conversationRowId = conversation.rowId
  let seq = searchedUpTo.conversationRowId === conversationRowId ? searchedUpTo.seq : 0
  while (!budget.isSpent) {
    const page = tx.deletions.entriesToSearch(deletion, { conversationRowId, seq })
    if (page.length === 0) {
      removeDeletedParticipant(tx, conversation, deletion)
      return true
    }
    const found: EntryHeader[] = []
    for (const entry of page) {
      if (budget.isSpent) break
      seq = entry.seq
      const isOwnContent = entry.userRowId === deletion.rowId && isContent(entry)
      if (isOwnContent) found.push(entry)
      budget.spend(isOwnContent ? { rows: 1, bytes: entry.bytes } : { rows: 1 / searchedRowsPerRow })
    }
    tx.deletions.removeEntries(
      conversation,
      found.map((entry) => entry.seq),
    )
    for (const entry of found)
      if (entry.kind === 'message_created')
        appendMessageDeleted(tx, conversation, { user: deletion, seq: entry.seq })
    tx.deletions.saveSearchPosition(deletion, { conversationRowId, seq })
  }
  return false
}

function isContent({ kind }: EntryHeader): boolean {
  return kind === 'message_created' || kind === 'event_created'
}

/** Stores the signal of a message whose row was removed. */
export function appendMessageDeleted(
  tx: Transaction,
  conversation: ConversationRecord,
  message: { user: Pick<UserRecord, 'rowId' | 'id'>; seq: number },
): void {
  const position = { conversationRowId: conversation.rowId, seq: message.seq }
  tx.append(conversation, {
    kind: 'message_deleted',
    user: message.user,
    payload: deletedMessageDataJson(
      { ...position, tag: tx.idTag({ rowId: conversation.botRowId }, position) },
      { conversationId: conversation.id, userId: message.user.id },
    ),
  })
}

/** Removes a participant, and stores the signal of it. */
export function endMembership(
  tx: Transaction,
  conversation: ConversationRecord,
  user: Pick<UserRecord, 'rowId' | 'id'>,
): void {
  tx.deleteParticipant(conversation, user)
  tx.append(conversation, {
    kind: 'participant_removed',
    user,
    payload: participantDataJson(conversation.id, user.id),
  })
}

/**
 * Removes deleted users with this id from a conversation. Called before a new user with the same id joins: the slice
 * that removes the deleted user may not have run yet.
 */
export function removeDeletedParticipants(
  tx: Transaction,
  conversation: ConversationRecord,
  userId: string,
): void {
  for (const deletion of tx.deletions.deletedUsersWithId(conversation.botRowId, userId))
    removeDeletedParticipant(tx, conversation, deletion)
}

function removeDeletedParticipant(
  tx: Transaction,
  conversation: ConversationRecord,
  deletion: PendingDeletion,
): void {
  if (tx.isParticipant(conversation, deletion.rowId)) endMembership(tx, conversation, deletion)
}
