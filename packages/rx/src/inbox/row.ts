import type { Conversation, Message } from '@parley/core'
import type { SentMessage } from '../timeline/chat-message.ts'
import { itemAt, placeOf } from '../timeline/position.ts'
import type { InboxConversation } from './inbox.ts'

/** How many of the newest messages a row holds: a page, however many arrive. */
const windowSize = 20

/** What the inbox holds of one conversation. */
export interface Row {
  conversation: Conversation
  /** The newest messages that are known, the oldest first. */
  newest: readonly SentMessage[]
  /** Whether there may be messages older than those. */
  hasOlder: boolean
  /** The newest messages were loaded. */
  isLoaded: boolean
  /** The activity up to which they were last requested. Empty: to be loaded again. */
  loadedTo: string
  /** What the stream brought since loading began; the response may be older. */
  sinceLoading?: { created: readonly SentMessage[]; deleted: Set<string> } | undefined
  /** Up to when it was read, as it is shown. */
  readTo: string
  shown?: InboxConversation | undefined
}

export function createRow(conversation: Conversation): Row {
  return { conversation, newest: [], hasOlder: true, isLoaded: false, loadedTo: '', readTo: '' }
}

/** Adds a message from the stream. */
export function addMessage(row: Row, message: Message): void {
  const { sinceLoading, conversation } = row
  const { createdAt } = message
  if (sinceLoading) sinceLoading.created = insert(sinceLoading.created, message).slice(-windowSize)
  setNewest(row, insert(row.newest, message))
  if (createdAt <= conversation.updatedAt) return
  if (row.loadedTo === conversation.updatedAt) row.loadedTo = createdAt
  row.conversation = { ...conversation, updatedAt: createdAt }
}

/** Removes a deleted message. An older one may take its place in the window: it is loaded again. */
export function removeMessage(row: Row, id: string): void {
  row.sinceLoading?.deleted.add(id)
  if (!row.newest.some((each) => each.id === id)) return
  row.newest = row.newest.filter((each) => each.id !== id)
  if (row.hasOlder) row.loadedTo = ''
}

/** Whether a page together with those before it is enough: the window is full, or reaches back to what was read. */
export function isEnough(messages: readonly Message[], readTo: string): boolean {
  return messages.length >= windowSize || messages.some(({ createdAt }) => createdAt <= readTo)
}

/** Replaces the window by the newest messages as the server listed them. */
export function setListed(row: Row, messages: readonly Message[], hasOlder: boolean): void {
  const { created, deleted } = row.sinceLoading ?? { created: [], deleted: new Set() }
  let newest: readonly SentMessage[] = []
  // An object stays the same as long as nothing in it changes.
  for (const each of [...messages, ...created])
    if (!deleted.has(each.id)) newest = insert(newest, itemAt(row.newest, each) ?? each)
  row.isLoaded = true
  row.hasOlder = hasOlder
  setNewest(row, newest)
}

/** How many messages of others are newer than what was read, and whether there may be more of them than the window holds. */
export function countUnread(
  { newest, hasOlder, readTo }: Row,
  userId: string,
): { unread: number; hasMoreUnread: boolean } {
  const unread = newest.filter((each) => each.userId !== userId && each.createdAt > readTo).length
  const isAllUnread = newest.every(({ createdAt }) => createdAt > readTo)
  return { unread, hasMoreUnread: unread > 0 && hasOlder && isAllUnread }
}

function setNewest(row: Row, newest: readonly SentMessage[]): void {
  row.hasOlder ||= newest.length > windowSize
  row.newest = newest.slice(-windowSize)
}

function insert(list: readonly SentMessage[], message: Message): readonly SentMessage[] {
  if (itemAt(list, message)) return list
  const index = placeOf(list, message)
  const sent: SentMessage = { ...message, key: message.id, status: 'sent' }
  return [...list.slice(0, index), sent, ...list.slice(index)]
}
