import type { User } from '@parley/core'
import type { InboxConversation } from '@parley/rx'
import { createPeople } from '../people/people.ts'
import { listNames, nameOf, type Person } from '../people/person.ts'
import { wordsOf } from './words-of.ts'

/** A conversation as the list shows it. */
export interface Entry {
  readonly id: string
  readonly people: readonly Person[]
  readonly title: string
  /** What was said last, and by whom. */
  readonly preview: string
  readonly at: string
  readonly unread: number
  readonly hasMoreUnread: boolean
  /** Undefined until it is known. */
  readonly isOwner: boolean | undefined
}

export interface EntryContext {
  me: Person
  bot: Person | undefined
  participants: readonly User[] | undefined
}

export function entryOf(
  { id, conversation, lastMessage, unread = 0, hasMoreUnread = false }: InboxConversation,
  context: EntryContext,
): Entry {
  const people = createPeople(context.me, context)
  const sender = lastMessage && people.of(lastMessage.userId)
  const prefix =
    sender?.id === context.me.id ? 'You: ' : sender && people.isGroup ? `${nameOf(sender)}: ` : ''
  return {
    id,
    people: people.others,
    title: listNames(people.others.map(nameOf)) || 'Conversation',
    preview: lastMessage ? prefix + wordsOf(lastMessage.payload) : '',
    at: conversation.updatedAt,
    unread,
    hasMoreUnread,
    isOwner: people.isOwner,
  }
}

/** Whether an entry has all words that are searched for. */
export function isFound({ title, preview, id }: Entry, query: string): boolean {
  const text = `${title} ${preview} ${id}`.toLocaleLowerCase()
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
