import { kindCode } from './schema.ts'

/**
 * Every query skips rows that belong to a row id in this table. While no deletion is pending, the table is empty and a
 * lookup costs almost nothing.
 */
const deletedRowIds = '(SELECT row_id FROM deletions)'

/** SQL condition: no deletion is pending. Evaluated once per execution of a statement. */
export const noPendingDeletions: string = 'NOT EXISTS (SELECT 1 FROM deletions)'

/** SQL condition: the owner of a row of `conversations` still exists; otherwise the conversation is deleted too. */
export function ownerExists(table: string): string {
  return `${table}.owner_row_id NOT IN ${deletedRowIds}`
}

/** SQL condition: a row of `entries` is not the content of a deleted user. */
export function entryIsVisible(table: string): string {
  const content = [kindCode('message_created'), kindCode('event_created')].join(', ')
  return `(${table}.user_row_id NOT IN ${deletedRowIds} OR ${table}.kind NOT IN (${content}))`
}

/** SQL condition: the conversation still exists. For queries that do not read its row. */
export function conversationExists(rowId: string): string {
  return `(${noPendingDeletions} OR EXISTS
    (SELECT 1 FROM conversations there WHERE there.row_id = ${rowId} AND ${ownerExists('there')}))`
}

/** SQL condition: the user still exists. For queries that do not read the user's row. */
export function userExists(rowId: string): string {
  return `${rowId} NOT IN ${deletedRowIds}`
}

/** Conditions that exclude deleted rows from a query. */
export interface DeletionConditions {
  readonly ownerExists: (table: string) => string
  readonly entryIsVisible: (table: string) => string
  readonly conversationExists: (rowId: string) => string
}

export const deletionConditions: DeletionConditions = { ownerExists, entryIsVisible, conversationExists }

const always = (): string => 'TRUE'
/** Conditions to use while no deletion is pending. Check `noPendingDeletions` in the transaction of the query. */
export const noConditions: DeletionConditions = {
  ownerExists: always,
  entryIsVisible: always,
  conversationExists: always,
}
