import { useChat, useUser } from '@parley/react'
import type { InboxConversation } from '@parley/rx'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useBot } from '../people/bot-context.ts'
import { createTitler, entryOf, type Entry } from './entry.ts'
import type { NameBook } from './name-book.ts'

/** The conversations as the list shows them. An entry stays the same as long as nothing in it changes. */
export function useEntries(conversations: readonly InboxConversation[], names: NameBook): readonly Entry[] {
  const connected = useChat().user?.user
  const { user } = useUser()
  const me = user ?? connected
  const bot = useBot()
  const [changes, setChanges] = useState(0)
  useEffect(() => names.subscribe(() => setChanges((count) => count + 1)), [names])

  const cache = useRef(
    new WeakMap<InboxConversation, { entry: Entry; participants: unknown; me: unknown; bot: unknown }>(),
  )
  const [withUniqueTitles] = useState(() => createTitler())
  return useMemo(() => {
    if (!me) return []
    const entries = conversations.map((conversation) => {
      const participants = names.of(conversation.id)
      const former = cache.current.get(conversation)
      if (former && former.participants === participants && former.me === me && former.bot === bot)
        return former.entry
      const entry = entryOf(conversation, { me, bot, participants, findFormer: names.find })
      cache.current.set(conversation, { entry, participants, me, bot })
      return entry
    })
    return withUniqueTitles(entries)
    // oxlint-disable-next-line react/exhaustive-deps -- changes are counted: the book is the same object whatever stands in it
  }, [conversations, names, me, bot, changes, withUniqueTitles])
}
