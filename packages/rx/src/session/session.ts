import { ChatError, systemClock, type ConnectedUser, type Message, type StorageOption } from '@parley/core'
import { NEVER } from 'rxjs'
import type { ConversationOptions, OutboxStorage } from '../conversation/conversation-options.ts'
import { createConversation } from '../conversation/open-conversation.ts'
import type { Inbox, InboxOptions } from '../inbox/inbox.ts'
import { openInbox } from '../inbox/open-inbox.ts'
import { storageOf } from '../storage/storage-of.ts'
import type { ChatMessage } from '../timeline/chat-message.ts'
import { fold } from '../timeline/fold.ts'
import { emptyTimeline } from '../timeline/timeline.ts'
import { createCurrent } from './current-conversation.ts'
import { createSharedDraft, type SharedDraft } from './draft.ts'
import { createFrame } from './frame.ts'
import { rememberConversation } from './remembered-conversation.ts'
import {
  createSharedConversation,
  type ConversationPlace,
  type SharedConversation,
} from './shared-conversation.ts'
import { createSharedInbox, type SharedInbox } from './shared-inbox.ts'
import { createSharedUser, type SharedUser } from './shared-user.ts'

/** How the user's conversations are opened: as `openConversation` and `openInbox` take it. */
export type SharedOptions = Omit<ConversationOptions, 'storage' | 'initial'> & Pick<InboxOptions, 'pollMs'>

/** All that the components of a view share of one user. Another user has another one. */
export interface Session {
  readonly user: SharedUser
  readonly inbox: SharedInbox
  /** The one with this id; without one, the current one. */
  conversation: (id: string | undefined) => SharedConversation
  draft: (id: string | undefined) => SharedDraft
  /** Goes on with what was typed before anybody was connected. */
  adopt: (former: Session) => void
  readonly drafts: ReadonlyMap<string | undefined, SharedDraft>
}

export interface SessionOptions {
  storage?: StorageOption<OutboxStorage> | undefined
  options?: SharedOptions | undefined
  /** By the ids of conversations: messages as `listMessages` gave them, newest first and without a gap, such as to the server that rendered the page. */
  initial?: Readonly<Record<string, readonly Message[]>> | undefined
}

const sessions = new WeakMap<object, Session>()

/** The session of a user, the same for all who ask: what React renders it may throw away and render anew. */
export function sessionOf(user: ConnectedUser, options: SessionOptions): Session {
  return remember(sessions, user, () => createSession(user, options))
}

/** @param user - Undefined where nobody is connected yet: there is nothing to see, and nothing can be done. */
export function createSession(
  user?: ConnectedUser,
  { storage: option, options, initial }: SessionOptions = {},
): Session {
  const storage = storageOf(option)
  const conversations = new Map<string | undefined, SharedConversation>()
  const drafts = new Map<string | undefined, SharedDraft>()
  const frame = createFrame()
  const all = { ...options, ...(storage && { storage }) }
  const inbox = user ? openInbox(user, all) : emptyInbox
  const me = (): ConnectedUser => {
    if (user) return user
    throw new ChatError('Unavailable', notConnected)
  }

  function placeOf(id: string | undefined): ConversationPlace {
    if (!user) return { living$: NEVER, now() {}, reach: async () => void me() }
    if (id === undefined)
      return createCurrent(user, { storage, inbox, placeOf: (picked) => conversation(picked).place })
    return rememberConversation(() => createConversation(user, id, { ...all, initial: given(id) }), {
      clock: all.clock ?? systemClock,
      onForget: () => conversation(id).forget(),
    })
  }

  const conversation = (id: string | undefined): SharedConversation =>
    remember(conversations, id, () =>
      createSharedConversation(placeOf(id), { id, frame, messages: listed(id) }),
    )

  /** Ids are any text, also `constructor`. */
  const given = (id: string): readonly Message[] | undefined =>
    initial && Object.hasOwn(initial, id) ? initial[id] : undefined

  /** What there is to see on a server, and until somebody is connected. */
  function listed(id: string | undefined): readonly ChatMessage[] {
    const messages = given(id ?? '')
    const asked = emptyTimeline(id ?? '', user?.user.id ?? '')
    return messages ? fold(asked, { type: 'page', messages, asked, isEnd: true }).messages : []
  }

  const draft = (id: string | undefined): SharedDraft =>
    remember(drafts, id, () =>
      createSharedDraft(storage, `parley:draft:${user?.url}:${user?.user.id}:${id ?? ''}`),
    )

  return {
    user: createSharedUser(user?.user, me),
    inbox: createSharedInbox(me, inbox, frame),
    conversation,
    draft,
    drafts,
    adopt(former) {
      if (!user) return
      for (const [id, typed] of former.drafts) {
        const { text } = typed.get()
        if (text) draft(id).change({ text })
        typed.change({ text: '' })
      }
    },
  }
}

interface Memory<Key, Value> {
  get: (key: Key) => Value | undefined
  set: (key: Key, value: Value) => unknown
}

function remember<Key, Value>(memory: Memory<Key, Value>, key: Key, create: () => Value): Value {
  const value = memory.get(key) ?? create()
  memory.set(key, value)
  return value
}

const notConnected = 'Unable to do this; nobody is connected yet. Wait until somebody is.'

const nothing = (): void => {}
const emptyInbox: Inbox = {
  conversations$: NEVER,
  connection$: NEVER,
  show: nothing,
  markRead: nothing,
  tryNow: nothing,
}
