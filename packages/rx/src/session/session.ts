import { systemClock, type ConnectedUser, type Message, type StorageOption } from '@parley/core'
import { merge, NEVER, of, switchMap } from 'rxjs'
import type { ConversationOptions, ChatStorage } from '../conversation/conversation-options.ts'
import type { LiveConversation } from '../conversation/live-conversation.ts'
import { createConversation, type OpenedConversation } from '../conversation/open-conversation.ts'
import type { InboxOptions } from '../inbox/inbox.ts'
import { openInbox } from '../inbox/open-inbox.ts'
import type { ChatMessage } from '../timeline/chat-message.ts'
import { reduceTimeline } from '../timeline/reduce-timeline.ts'
import { emptyTimeline } from '../timeline/timeline.ts'
import { cacheConversation } from './cached-conversation.ts'
import {
  createConversationStore,
  notConnected,
  type ConversationRef,
  type ConversationStore,
} from './conversation-store.ts'
import { createCurrentConversation } from './current-conversation.ts'
import { createDeferredInbox } from './deferred-inbox.ts'
import { createCurrentDraftStore, createDraftStore, type DraftStore } from './draft-store.ts'
import { createIdentity } from './identity.ts'
import { createInboxStore, type InboxStore } from './inbox-store.ts'
import { createOfflineConversation } from './offline-conversation.ts'
import { createRenderScheduler } from './render-scheduler.ts'
import { createUserStore, type UserStore } from './user-store.ts'

/** The options of `openConversation` and `openInbox` for all conversations of a session. */
export type SharedOptions = Omit<ConversationOptions, 'storage' | 'initialMessages'> &
  Pick<InboxOptions, 'pollIntervalMs'>

/** The state of one user that all components of a view share. Each user has one session. */
export interface Session {
  readonly user: UserStore
  readonly inbox: InboxStore
  /** The conversation with this id. Without an id: the current one. */
  conversation: (id: string | undefined) => ConversationStore
  /** The draft of the conversation with this id. Without an id: of the current one. */
  draft: (id: string | undefined) => DraftStore
  /** Messages can be sent; they are queued until the user is connected. */
  readonly canSend: boolean
  /**
   * Sets the expected owner, known from a stored user key before the connection: empty for a guest that is not created
   * yet.
   */
  expectOwner: (owner: string | undefined) => void
  /** Continues as the connected user, who takes over drafts and queued messages. */
  setUser: (user: ConnectedUser) => void
  /** Takes over the drafts of a session without a user. */
  migrateDrafts: (from: Session) => void
  readonly drafts: ReadonlyMap<string | undefined, DraftStore>
}

export interface SessionOptions {
  storage?: StorageOption<ChatStorage> | undefined
  options?: SharedOptions | undefined
  /**
   * Messages by conversation id, such as those listed during server rendering: `listMessages` results, newest first and
   * without gaps.
   */
  initialMessages?: Readonly<Record<string, readonly Message[]>> | undefined
  /** The base URL of the chat that is connecting; messages are queued until then. */
  url?: string | undefined
}

const sessions = new WeakMap<object, Session>()

/** The session of a user. The same for all callers, as React may discard and repeat a render. */
export function sessionOf(user: ConnectedUser, options: SessionOptions): Session {
  return getOrCreate(sessions, user, () => createSession(user, options))
}

/** @param user - Undefined before the connection. Without a `url`, the session is then empty, and actions fail. */
export function createSession(
  user?: ConnectedUser,
  { storage, options, initialMessages, url = user?.url }: SessionOptions = {},
): Session {
  const identity = createIdentity(url ?? '', user)
  const { user$, owner$, connected } = identity
  const conversations = new Map<string | undefined, ConversationStore>()
  const drafts = new Map<string | undefined, DraftStore>()
  const scheduler = createRenderScheduler()
  const all = { ...options, ...(storage && { storage }) }
  const { clock = systemClock, random = Math.random } = all
  const inbox = createDeferredInbox(user$, (me) => openInbox(me, all))
  const current = createCurrentConversation(identity, {
    storage,
    inbox,
    clock,
    random,
    getRef: (id) => conversation(id).ref,
  })

  const getUser = (): ConnectedUser => {
    if (user$.value) return user$.value
    throw notConnected()
  }

  function createRef(id: string): ConversationRef {
    let cached: ConversationRef | undefined
    let offline: OpenedConversation | undefined
    const messages = getInitialMessages(id)
    const open = (me: ConnectedUser): ConversationRef =>
      (cached ??= cacheConversation(() => createConversation(me, id, { ...all, initialMessages: messages }), {
        clock,
        onEvict: () => conversation(id).reset(),
      }))

    async function ensureConversation(): Promise<LiveConversation> {
      const expected = owner$.value
      const me = await connected()
      // The expected owner no longer exists: its messages go to the new user's current conversation.
      const isOtherUser = expected && expected !== me.user.id
      return (isOtherUser ? current : open(me)).getHandle() ?? ensureConversation()
    }

    const getOffline = (): OpenedConversation =>
      (offline ??= createOfflineConversation({
        id,
        identity,
        storage,
        initialMessages: messages,
        connection$: connecting$,
        ensureConversation,
      }))
    return {
      getHandle: () => (user$.value ? open(user$.value).getHandle() : getOffline()),
      handle$: user$.value$.pipe(switchMap((me) => (me ? open(me).handle$ : merge(of(getOffline()), NEVER)))),
    }
  }

  const conversation = (id: string | undefined): ConversationStore =>
    getOrCreate(conversations, id, () =>
      createConversationStore(url === undefined ? emptyRef : id === undefined ? current : createRef(id), {
        id,
        scheduler,
        initialMessages: toChatMessages(id),
      }),
    )

  /** Ids may be any text, such as `constructor`. */
  const getInitialMessages = (id: string): readonly Message[] | undefined =>
    initialMessages && Object.hasOwn(initialMessages, id) ? initialMessages[id] : undefined

  /** The messages during server rendering and before the connection. */
  function toChatMessages(id: string | undefined): readonly ChatMessage[] {
    const messages = getInitialMessages(id ?? '')
    const snapshot = emptyTimeline(id ?? '', user?.user.id ?? '')
    return messages
      ? reduceTimeline(snapshot, { type: 'page', messages, snapshot, isEnd: true }).messages
      : []
  }

  const draft = (id: string | undefined): DraftStore =>
    getOrCreate(drafts, id, () => {
      const own = createDraftStore(identity, { storage, id: id ?? '' })
      if (id !== undefined || url === undefined) return own
      return createCurrentDraftStore({ ...current, unassigned: own, getDraft: draft })
    })

  const session: Session = {
    user: createUserStore(user$, getUser),
    inbox: createInboxStore(getUser, inbox, scheduler),
    conversation,
    draft,
    drafts,
    canSend: url !== undefined,
    expectOwner(owner) {
      if (!user$.value && owner !== undefined) owner$.next(owner)
    },
    setUser(next) {
      if (user$.value) return
      sessions.set(next, session)
      user$.next(next)
      owner$.next(next.user.id)
    },
    migrateDrafts(from) {
      if (from === session || !user$.value) return
      for (const [id, source] of from.drafts) {
        const { text } = source.get()
        if (text) draft(id).change({ text })
        source.change({ text: '' })
      }
    },
  }
  return session
}

const connecting$ = of({ state: 'connecting', isSynced: false } as const)
const emptyRef: ConversationRef = { handle$: NEVER, getHandle() {} }

interface Cache<Key, Value> {
  get: (key: Key) => Value | undefined
  set: (key: Key, value: Value) => unknown
}

function getOrCreate<Key, Value>(cache: Cache<Key, Value>, key: Key, create: () => Value): Value {
  const value = cache.get(key) ?? create()
  cache.set(key, value)
  return value
}
