import type { PendingDeletion, SliceBudget } from './deletion-rows.ts'
import type { ConversationRecord, StoredEntry } from './records.ts'
import type { Transaction } from './transaction.ts'
import { appendDeletion, removeParticipation } from './user-commands.ts'

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

/** Searching is cheaper than removing. */
const searchedRowsPerRow = 16

/** Removes rows of pending deletions, and emits their signals, until the budget is spent or none are left. */
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
    const membership = deletions.membershipOf(deletion.key)
    if (!membership) {
      if (!deletions.removeUserRows(deletion, budget)) return
      deletions.finish(deletion)
      budget.spend({ rows: 1 })
      return
    }
    const { conversation, conversationKey } = membership
    budget.spend({ rows: 1 })
    if (conversation?.ownerKey === deletion.key) {
      // Becomes a deletion of its own, which runs first and also removes this membership.
      tx.deleteConversation(conversation)
      return
    }
    if (conversation && !withdraw(tx, { deletion, conversation, budget })) return
    deletions.removeMembership(deletion.key, conversationKey)
  }
}

interface Withdrawal {
  readonly deletion: PendingDeletion
  readonly conversation: ConversationRecord
  readonly budget: SliceBudget
}

/**
 * Removes a deleted user's entries and membership from another user's conversation. False if the budget ran out first.
 */
function withdraw(tx: Transaction, { deletion, conversation, budget }: Withdrawal): boolean {
  const { searched } = deletion
  const conversationKey = conversation.key
  let number = searched.conversationKey === conversationKey ? searched.number : 0
  while (!budget.isSpent) {
    const page = tx.deletions.entriesToSearch(deletion, { conversationKey, number })
    if (page.length === 0) {
      leave(tx, conversation, deletion)
      return true
    }
    const found: StoredEntry[] = []
    for (const entry of page) {
      if (budget.isSpent) break
      number = entry.number
      const isTheirs = entry.userKey === deletion.key && isContent(entry)
      if (isTheirs) found.push(entry)
      budget.spend(isTheirs ? { rows: 1, bytes: entry.bytes } : { rows: 1 / searchedRowsPerRow })
    }
    tx.deletions.removeEntries(
      conversation,
      found.map((entry) => entry.number),
    )
    for (const entry of found)
      if (entry.kind === 'message_created')
        appendDeletion(tx, conversation, { user: deletion, number: entry.number })
    tx.deletions.keepSearched(deletion, { conversationKey, number })
  }
  return false
}

function isContent({ kind }: StoredEntry): boolean {
  return kind === 'message_created' || kind === 'event_created'
}

/** A new user with a reused id may join before a slice has emitted that the deleted user left. */
export function removeFormerParticipants(
  tx: Transaction,
  conversation: ConversationRecord,
  userId: string,
): void {
  for (const deletion of tx.deletions.usersWithId(conversation.botKey, userId))
    leave(tx, conversation, deletion)
}

function leave(tx: Transaction, conversation: ConversationRecord, deletion: PendingDeletion): void {
  if (tx.isParticipant(conversation, deletion.key)) removeParticipation(tx, conversation, deletion)
}
