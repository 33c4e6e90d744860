import type { Conversation, Message } from '@parley/core'
import type { Sender, StoredMessage } from '../timeline/chat-message.ts'
import { findAt, lowerBound } from '../timeline/chunks.ts'
import { getOrigin } from '../timeline/senders.ts'
import { messageKey } from '../timeline/stored-messages.ts'
import type { InboxConversation } from './inbox.ts'

/** A row holds at most this many of the newest messages: one page, however many arrive. */
const windowSize = 20

/** The state of one conversation in the inbox. */
export interface Row {
  readonly ownId: string
  /** The known users by id, shared by all rows. */
  readonly senders: ReadonlyMap<string, Sender>
  conversation: Conversation
  /** The newest known messages, oldest first. */
  newest: readonly StoredMessage[]
  /** Whether older messages may exist. */
  hasOlder: boolean
  /** Whether the newest messages have been loaded. */
  isLoaded: boolean
  /** The `updatedAt` of the conversation when its messages were last requested. Empty: load again. */
  loadedUpdatedAt: string
  /** Signals since loading started: the response may be older. */
  sinceLoading?: { created: readonly StoredMessage[]; deleted: Set<string> } | undefined
  /** The displayed read marker. */
  readUpTo: string
  item?: InboxConversation | undefined
}

export function createRow(
  conversation: Conversation,
  { ownId, senders }: Pick<Row, 'ownId' | 'senders'>,
): Row {
  return {
    conversation,
    ownId,
    senders,
    newest: [],
    hasOlder: true,
    isLoaded: false,
    loadedUpdatedAt: '',
    readUpTo: '',
  }
}

/** Adds a message from the stream. */
export function addMessage(row: Row, message: Message): void {
  const { sinceLoading, conversation } = row
  const { createdAt } = message
  if (sinceLoading)
    sinceLoading.created = insert(sinceLoading.created, withKey(row, message)).slice(-windowSize)
  setNewest(row, insert(row.newest, withKey(row, message)))
  if (createdAt <= conversation.updatedAt) return
  if (row.loadedUpdatedAt === conversation.updatedAt) row.loadedUpdatedAt = createdAt
  row.conversation = { ...conversation, updatedAt: createdAt }
}

/** Removes a deleted message. The window is loaded again, as an older message may take its place. */
export function removeMessage(row: Row, id: string): void {
  row.sinceLoading?.deleted.add(id)
  if (!row.newest.some((message) => message.id === id)) return
  row.newest = row.newest.filter((message) => message.id !== id)
  if (row.hasOlder) row.loadedUpdatedAt = ''
}

/** Whether the loaded pages fill the window or reach back to the read marker. */
export function isEnough(messages: readonly Message[], readTo: string): boolean {
  return messages.length >= windowSize || messages.some(({ createdAt }) => createdAt <= readTo)
}

/** Replaces the window with the newest messages that the server has listed. */
export function setListed(row: Row, messages: readonly Message[], hasOlder: boolean): void {
  const { created, deleted } = row.sinceLoading ?? { created: [], deleted: new Set() }
  let newest: readonly StoredMessage[] = []
  // Unchanged messages keep their object.
  for (const message of [...messages, ...created])
    if (!deleted.has(message.id))
      newest = insert(newest, findAt(row.newest, message) ?? withKey(row, message))
  row.isLoaded = true
  row.hasOlder = hasOlder
  setNewest(row, newest)
}

/**
 * The number of messages from others that are newer than the read marker, and whether there may be more outside the
 * window.
 */
export function countUnread(
  { newest, hasOlder, readUpTo }: Row,
  userId: string,
): { unread: number; hasMoreUnread: boolean } {
  const unread = newest.filter((message) => message.userId !== userId && message.createdAt > readUpTo).length
  const isAllUnread = newest.every(({ createdAt }) => createdAt > readUpTo)
  return { unread, hasMoreUnread: unread > 0 && hasOlder && isAllUnread }
}

function setNewest(row: Row, newest: readonly StoredMessage[]): void {
  row.hasOlder ||= newest.length > windowSize
  row.newest = newest.slice(-windowSize)
}

function withKey({ ownId, senders }: Row, message: Message): StoredMessage {
  const origin = getOrigin({ userId: ownId, senders }, message.userId)
  return { ...message, key: messageKey(message, ownId), status: 'sent', ...origin }
}

function insert(list: readonly StoredMessage[], message: StoredMessage): readonly StoredMessage[] {
  if (findAt(list, message)) return list
  const index = lowerBound(list, message)
  return [...list.slice(0, index), message, ...list.slice(index)]
}
