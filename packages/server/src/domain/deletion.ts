import { removeDeletedParticipant } from './conversation-commands.ts'
import { appendMessageDeleted } from './entry-commands.ts'
import type { ConversationRecord, EntryHeader } from './records.ts'
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
