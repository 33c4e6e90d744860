import type { User } from '@parley/core'
import { useChat, useUser } from '@parley/react'
import type { InboxConversation } from '@parley/rx'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useBot } from '../page/server-info-context.ts'
import { getPreviewText } from '../payloads/message-text.ts'
import type { ParticipantCache } from '../people/participant-cache.ts'
import { createPeople } from '../people/people.ts'
import { formatNames, getDisplayName, isolateBidi, type Person } from '../people/person.ts'

/** A row of the conversation list. */
export interface ConversationItem {
  readonly id: string
  readonly people: readonly Person[]
  readonly title: string
  /** Creation time of the conversation, in ISO 8601. */
  readonly createdAt: string
  /** Sender of the last message, shown before the preview. Empty in a conversation of two. */
  readonly previewSender: string
  /** Text of the last message. */
  readonly preview: string
  /** Time of the last activity, in ISO 8601. */
  readonly updatedAt: string
  readonly unread: number
  readonly hasMoreUnread: boolean
  /** Undefined until the participants are loaded. */
  readonly isOwner: boolean | undefined
}

interface ConversationItemContext {
  me: Person
  bot: Person | undefined
  participants: readonly User[] | undefined
  /** Finds people who have left the conversation. */
  findPerson: (userId: string) => Person | undefined
}

function toConversationItem(
  { id, conversation, lastMessage, unread = 0, hasMoreUnread = false }: InboxConversation,
  context: ConversationItemContext,
): ConversationItem {
  const { me, bot, participants = [], findPerson } = context
  const people = createPeople(me, { bot, participants }, findPerson)
  const sender = lastMessage && (lastMessage.sender ?? people.get(lastMessage.userId))
  const previewSender = lastMessage?.isOwn
    ? 'You: '
    : sender && people.isGroup
      ? `${isolateBidi(getDisplayName(sender))}: `
      : ''
  return {
    id,
    people: people.others,
    title: formatNames(people.others.map(getDisplayName)) || 'Conversation',
    previewSender: lastMessage ? previewSender : '',
    preview: lastMessage ? getPreviewText(lastMessage.payload) : '',
    createdAt: conversation.createdAt,
    updatedAt: conversation.updatedAt,
    unread,
    hasMoreUnread,
    isOwner: people.isOwner,
  }
}

/** Whether an item contains all words of a query, in any case. */
export function matchesQuery(
  { title, previewSender, preview, id }: ConversationItem,
  query: string,
): boolean {
  const text = `${title} ${previewSender}${preview} ${id}`.replace(/[\u2068\u2069]/g, '').toLocaleLowerCase()
  return query
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/**
 * Creates a function that makes titles unique. Conversations with the same people get their creation time, and a number
 * if that is the same too.
 * Items keep their identity while they do not change.
 */
export function createTitleDisambiguator(
  locale?: string,
): (items: readonly ConversationItem[]) => readonly ConversationItem[] {
  const renamedItems = new WeakMap<ConversationItem, ConversationItem>()

  return (items) => {
    const byTitle = Map.groupBy(items, ({ title }) => title)
    const labels = new Map<ConversationItem, string>()
    for (const group of byTitle.values()) {
      if (group.length < 2) continue
      const used = new Map<string, number>()
      // Number from the oldest, so that a new conversation does not change existing titles.
      for (const item of group.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))) {
        const time = formatCreatedAt(item.createdAt, locale)
        const count = (used.get(time) ?? 0) + 1
        used.set(time, count)
        labels.set(item, `${item.title}${count > 1 ? ` (${count})` : ''} · ${time}`)
      }
    }
    return items.map((item) => {
      const title = labels.get(item)
      if (title === undefined) return item
      const cached = renamedItems.get(item)
      if (cached?.title === title) return cached
      const renamed = { ...item, title }
      renamedItems.set(item, renamed)
      return renamed
    })
  }
}

function formatCreatedAt(createdAt: string, locale: string | undefined): string {
  return new Date(createdAt).toLocaleString(locale, {
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  })
}

/** Rows of the conversation list. An item keeps its identity while nothing in it changes. */
export function useConversationItems(
  conversations: readonly InboxConversation[],
  participantCache: ParticipantCache,
): readonly ConversationItem[] {
  const connected = useChat().user?.user
  const { user } = useUser()
  const me = user ?? connected
  const bot = useBot()
  const [version, setVersion] = useState(0)
  useEffect(() => participantCache.subscribe(() => setVersion((count) => count + 1)), [participantCache])

  const cache = useRef(
    new WeakMap<
      InboxConversation,
      { item: ConversationItem; participants: unknown; me: unknown; bot: unknown }
    >(),
  )
  const [disambiguateTitles] = useState(() => createTitleDisambiguator())
  return useMemo(() => {
    if (!me) return []
    const items = conversations.map((conversation) => {
      const participants = participantCache.get(conversation.id)
      const cached = cache.current.get(conversation)
      if (cached && cached.participants === participants && cached.me === me && cached.bot === bot)
        return cached.item
      const item = toConversationItem(conversation, {
        me,
        bot,
        participants,
        findPerson: participantCache.findPerson,
      })
      cache.current.set(conversation, { item, participants, me, bot })
      return item
    })
    return disambiguateTitles(items)
    // oxlint-disable-next-line react/exhaustive-deps -- `version` changes with the content of the cache
  }, [conversations, participantCache, me, bot, version, disambiguateTitles])
}
