import { useChat, useUser } from '@parley/react'
import type { InboxConversation } from '@parley/rx'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useBot } from '../layout/server-info-context.ts'
import { createTitleDisambiguator, toConversationItem, type ConversationItem } from './conversation-item.ts'
import type { ParticipantCache } from './participant-cache.ts'

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
