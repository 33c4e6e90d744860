import {
  systemClock,
  type ConnectedUser,
  type Message,
  type Profile,
  type StorageOption,
  type User,
} from '@parley/core'
import { NEVER, type Observable, ReplaySubject, Subject } from 'rxjs'
import type { ConversationOptions, ChatStorage } from '../conversation/conversation-options.ts'
import { createConversation } from '../conversation/open-conversation.ts'
import type { InboxOptions } from '../inbox/inbox.ts'
import { createInbox } from '../inbox/open-inbox.ts'
import type { ChatMessage } from '../timeline/chat-message.ts'
import { reduceTimeline } from '../timeline/reduce-timeline.ts'
import { emptyTimeline } from '../timeline/timeline.ts'
import { createCurrentConversation } from './current-conversation.ts'
import { createCurrentDraft, createDraft, type Draft, type MovableDraft } from './draft.ts'
import { createIdentity, type Identity } from './identity.ts'
import {
  createConversationCache,
  createSessionConversation,
  type SessionConversation,
} from './session-conversation.ts'
import { createSessionInbox, type SessionInbox } from './session-inbox.ts'

/** The options of `openConversation` and `openInbox` for all conversations of a session. */
export type SharedOptions = Omit<ConversationOptions, 'storage' | 'initialMessages'> &
  Pick<InboxOptions, 'pollIntervalMs'>

/** What all parts of a program share of one user's chat. Each user has one session. */
export interface Session {
  /** The connected user; undefined before. Replays the latest value. */
  readonly user$: Observable<ConnectedUser | undefined>
  /**
   * Resolves once the user is connected.
   *
   * @throws ChatError if connecting fails permanently, or if no user is connecting.
   */
  whenConnected: () => Promise<ConnectedUser>
  /**
   * Updates the user's profile, also as the `sender` of their messages. Omitted fields do not change. Waits until the
   * user is connected.
   *
   * @throws ChatError
   */
  updateUser: (profile: Profile) => Promise<User>
  readonly inbox: SessionInbox
  /** The conversation with this id. Without an id: the current one. */
  conversation: (id?: string) => SessionConversation
  /** The draft of the conversation with this id. Without an id: of the current one. */
  draft: (id?: string) => Draft
  /** Messages can be sent; they are queued until the user is connected. */
  readonly canSend: boolean
  /** The option `initialMessages` of a conversation, as `messages$` will emit them. */
  initialMessages: (id?: string) => readonly ChatMessage[]
  /** Emits the id of each conversation whose state was released, `gcTimeMs` after its last subscriber left. */
  readonly released$: Observable<string>
  /** Takes over the drafts of a session without a user. */
  migrateDrafts: (from: Session) => void
  readonly drafts: ReadonlyMap<string | undefined, Draft>
}

export interface SessionOptions {
  /** Stores the current conversation, drafts, pending messages and read markers. Default: nothing is stored. */
  storage?: StorageOption<ChatStorage> | undefined
  options?: SharedOptions | undefined
  /**
   * Messages by conversation id, such as those listed during server rendering: `listMessages` results, newest first and
   * without gaps.
   */
  initialMessages?: Readonly<Record<string, readonly Message[]>> | undefined
  /**
   * How long a conversation without subscribers keeps its messages, so that returning to it displays them at once. One
   * with pending messages is kept until they are sent or discarded. Default: 300,000. `Infinity`: never released.
   */
  gcTimeMs?: number | undefined
}

const sessions = new WeakMap<object, Session>()

/** The session of a connected user. The same for all callers; only the first one's options have an effect. */
export function sessionOf(user: ConnectedUser, options: SessionOptions = {}): Session {
  return getOrCreate(sessions, user, () => createSession(createIdentity(user.url, user), options))
}

/** A session for which no user is connecting: it keeps drafts, and actions fail. */
export function createEmptySession(options?: SessionOptions): Session {
  return createSession(createIdentity(undefined), options)
}

/** The session of a user who is connecting. */
export function createSession(
  identity: Identity,
  { storage, options, initialMessages, gcTimeMs = 300_000 }: SessionOptions = {},
): Session {
  const { url, user$ } = identity
  const all = { ...options, storage }
  const { clock = systemClock, random = Math.random } = all
  const released$ = new Subject<string>()
  /** The user's profile, once it has been updated. */
  const profile$ = new ReplaySubject<User>(1)
  const inbox = createSessionInbox(
    identity,
    (me) => createInbox(me, all, profile$),
    (id, error) => {
      current.setGone(id)
      getHandle(id).getOpened()?.close(error)
    },
  )

  /** Ids may be any text, such as `constructor`. */
  const getInitialMessages = (id: string): readonly Message[] | undefined =>
    initialMessages && Object.hasOwn(initialMessages, id) ? initialMessages[id] : undefined

  const getHandle = createConversationCache({
    identity,
    clock,
    gcTimeMs,
    released$,
    open: (me, id) =>
      createConversation(me, id, { ...all, initialMessages: getInitialMessages(id) }, profile$),
    getOfflineOptions: (id) => ({ storage, initialMessages: getInitialMessages(id) }),
    getCurrent: () => current,
  })
  const current = createCurrentConversation(identity, { storage, inbox, clock, random, getHandle })

  const conversations = new Map<string | undefined, SessionConversation>()
  const conversation = (id?: string): SessionConversation =>
    getOrCreate(conversations, id, () =>
      createSessionConversation(url === undefined ? unknown : id === undefined ? current : getHandle(id)),
    )

  const drafts = new Map<string | undefined, MovableDraft>()
  const draft = (id?: string): MovableDraft =>
    getOrCreate(drafts, id, () => {
      const own = createDraft(identity, { storage, id: id ?? '', conversation: conversation(id) })
      if (id !== undefined || url === undefined) return own
      return createCurrentDraft({
        ...current,
        conversation: conversation(),
        unassigned: own,
        getDraft: draft,
      })
    })

  const session: Session = {
    user$: user$.value$,
    whenConnected: identity.whenConnectedOrFailed,
    async updateUser(profile) {
      const me = await identity.whenConnectedOrFailed()
      const { user } = await me.updateUser(profile)
      profile$.next(user)
      return user
    },
    inbox,
    conversation,
    draft,
    drafts,
    canSend: url !== undefined,
    released$,
    initialMessages(id = '') {
      const messages = getInitialMessages(id)
      const snapshot = emptyTimeline(id, identity.owner$.value ?? '')
      return messages
        ? reduceTimeline(snapshot, { type: 'page', messages, snapshot, isEnd: true }).messages
        : []
    },
    migrateDrafts(from) {
      if (from === session || !user$.value) return
      for (const [id, source] of from.drafts) {
        const { text } = source.state
        if (text) draft(id).setText(text)
        source.setText('')
      }
    },
  }
  user$.value$.subscribe((user) => user && sessions.set(user, session))
  return session
}

const unknown = { opened$: NEVER, getOpened: () => undefined }

interface Cache<Key, Value> {
  get: (key: Key) => Value | undefined
  set: (key: Key, value: Value) => unknown
}

function getOrCreate<Key, Value>(cache: Cache<Key, Value>, key: Key, create: () => Value): Value {
  const value = cache.get(key) ?? create()
  cache.set(key, value)
  return value
}
