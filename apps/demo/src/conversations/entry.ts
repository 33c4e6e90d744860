import type { User } from '@parley/core'
import type { InboxConversation } from '@parley/rx'
import { previewOf } from '../payloads/message-text.ts'
import { createPeople } from '../people/people.ts'
import { isolate, listNames, nameOf, type Person } from '../people/person.ts'

/** A conversation as the list shows it. */
export interface Entry {
  readonly id: string
  readonly people: readonly Person[]
  readonly title: string
  /** When the conversation was created. */
  readonly createdAt: string
  /** The sender of the last message, shown before the preview; empty if obvious. */
  readonly previewSender: string
  /** The text of the last message. */
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
  /** Finds people who have left. */
  findFormer: (userId: string) => Person | undefined
}

export function entryOf(
  { id, conversation, lastMessage, unread = 0, hasMoreUnread = false }: InboxConversation,
  context: EntryContext,
): Entry {
  const people = createPeople(context.me, context, context.findFormer)
  const sender = lastMessage && people.of(lastMessage.userId)
  const previewSender =
    sender?.id === context.me.id ? 'You: ' : sender && people.isGroup ? `${isolate(nameOf(sender))}: ` : ''
  return {
    id,
    people: people.others,
    title: listNames(people.others.map(nameOf)) || 'Conversation',
    previewSender: lastMessage ? previewSender : '',
    preview: lastMessage ? previewOf(lastMessage.payload) : '',
    createdAt: conversation.createdAt,
    at: conversation.updatedAt,
    unread,
    hasMoreUnread,
    isOwner: people.isOwner,
  }
}

/** Whether an entry has all words that are searched for. */
export function isFound({ title, previewSender, preview, id }: Entry, query: string): boolean {
  const text = `${title} ${previewSender}${preview} ${id}`.replace(/[\u2068\u2069]/g, '').toLocaleLowerCase()
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/**
 * Makes titles unique: entries with the same people get their creation time, and a number if that is the same too.
 * Unchanged entries keep their objects.
 */
export function createTitler(locale?: string): (entries: readonly Entry[]) => readonly Entry[] {
  const titled = new WeakMap<Entry, Entry>()

  return (entries) => {
    const byTitle = Map.groupBy(entries, ({ title }) => title)
    const labels = new Map<Entry, string>()
    for (const group of byTitle.values()) {
      if (group.length < 2) continue
      const used = new Map<string, number>()
      // Oldest first, so that a new conversation does not change existing titles.
      for (const entry of group.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))) {
        const time = timeOf(entry.createdAt, locale)
        const count = (used.get(time) ?? 0) + 1
        used.set(time, count)
        labels.set(entry, `${entry.title}${count > 1 ? ` (${count})` : ''} · ${time}`)
      }
    }
    return entries.map((entry) => {
      const title = labels.get(entry)
      if (title === undefined) return entry
      const known = titled.get(entry)
      if (known?.title === title) return known
      const next = { ...entry, title }
      titled.set(entry, next)
      return next
    })
  }
}

function timeOf(at: string, locale: string | undefined): string {
  return new Date(at).toLocaleString(locale, {
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  })
}
