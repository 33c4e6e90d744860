import { systemClock, type ConnectedUser, type Message, type StorageOption } from '@parley/core'
import { merge, NEVER, of, switchMap } from 'rxjs'
import type { ConversationOptions, ChatStorage } from '../conversation/conversation-options.ts'
import type { LiveConversation } from '../conversation/live-conversation.ts'
import { createConversation, type OpenedConversation } from '../conversation/open-conversation.ts'
import type { InboxOptions } from '../inbox/inbox.ts'
import { openInbox } from '../inbox/open-inbox.ts'
import { storageOf } from '../storage/storage-of.ts'
import type { ChatMessage } from '../timeline/chat-message.ts'
import { fold } from '../timeline/fold.ts'
import { emptyTimeline } from '../timeline/timeline.ts'
import {
  createSharedConversation,
  notConnected,
  type ConversationPlace,
  type ConversationStore,
} from './conversation-store.ts'
import { createCurrent } from './current-conversation.ts'
import { createDeferredInbox } from './deferred-inbox.ts'
import { createCurrentDraft, createSharedDraft, type DraftStore } from './draft.ts'
import { createFrame } from './frame.ts'
import { createIdentity } from './identity.ts'
import { createSharedInbox, type InboxStore } from './inbox-store.ts'
import { createOfflineConversation } from './offline-conversation.ts'
import { rememberConversation } from './remembered-conversation.ts'
import { createSharedUser, type UserStore } from './user-store.ts'

/** How the user's conversations are opened: as `openConversation` and `openInbox` take it. */
export type SharedOptions = Omit<ConversationOptions, 'storage' | 'initial'> & Pick<InboxOptions, 'pollMs'>

/** All that the components of a view share of one user. Another user has another one. */
export interface Session {
  readonly user: UserStore
  readonly inbox: InboxStore
  /** The one with this id; without one, the current one. */
  conversation: (id: string | undefined) => ConversationStore
  draft: (id: string | undefined) => DraftStore
  /** Messages can be sent; they are queued until the user is connected. */
  readonly canSend: boolean
  /**
   * Sets the expected owner, known from a stored key before the connection: empty for a visitor that is not created
   * yet.
   */
  expectOwner: (owner: string | undefined) => void
  /** Continues as the connected user, who takes over drafts and queued messages. */
  setUser: (user: ConnectedUser) => void
  /** Takes over drafts from before there was a user. */
  adopt: (former: Session) => void
  readonly drafts: ReadonlyMap<string | undefined, DraftStore>
}

export interface SessionOptions {
  storage?: StorageOption<ChatStorage> | undefined
  options?: SharedOptions | undefined
  /** By the ids of conversations: messages as `listMessages` gave them, newest first and without a gap, such as to the server that rendered the page. */
  initialMessages?: Readonly<Record<string, readonly Message[]>> | undefined
  /** The base URL of the chat that is connecting; messages are queued until then. */
  url?: string | undefined
}

const sessions = new WeakMap<object, Session>()

/** The session of a user, the same for all who ask: what React renders it may throw away and render anew. */
export function sessionOf(user: ConnectedUser, options: SessionOptions): Session {
  return remember(sessions, user, () => createSession(user, options))
}

/** @param user - Undefined before the connection. Without a `url` the session is then empty, and actions fail. */
export function createSession(
  user?: ConnectedUser,
  { storage: option, options, initialMessages: initial, url = user?.url }: SessionOptions = {},
): Session {
  const storage = storageOf(option)
  const identity = createIdentity(url ?? '', user)
  const { user$, owner$, connected } = identity
  const conversations = new Map<string | undefined, ConversationStore>()
  const drafts = new Map<string | undefined, DraftStore>()
  const frame = createFrame()
  const all = { ...options, ...(storage && { storage }) }
  const { clock = systemClock, random = Math.random } = all
  const inbox = createDeferredInbox(user$, (opener) => openInbox(opener, all))
  const current = createCurrent(identity, {
    storage,
    inbox,
    clock,
    random,
    placeOf: (id) => conversation(id).place,
  })

  const me = (): ConnectedUser => {
    if (user$.value) return user$.value
    throw notConnected()
  }

  function placeOf(id: string): ConversationPlace {
    let opened: ConversationPlace | undefined
    let offline: OpenedConversation | undefined
    const messages = given(id)
    const open = (opener: ConnectedUser): ConversationPlace =>
      (opened ??= rememberConversation(
        () => createConversation(opener, id, { ...all, initialMessages: messages }),
        {
          clock,
          onForget: () => conversation(id).forget(),
        },
      ))

    async function reach(): Promise<LiveConversation> {
      const expected = owner$.value
      const opener = await connected()
      // The conversation of a deleted user: its messages go to the new user's conversation.
      const isOthers = expected && expected !== opener.user.id
      return (isOthers ? current : open(opener)).now() ?? reach()
    }

    const wait = (): OpenedConversation =>
      (offline ??= createOfflineConversation({
        id,
        identity,
        storage,
        initial: messages,
        connection$: connecting$,
        reach,
      }))
    return {
      now: () => (user$.value ? open(user$.value).now() : wait()),
      handle$: user$.value$.pipe(
        switchMap((opener) => (opener ? open(opener).handle$ : merge(of(wait()), NEVER))),
      ),
    }
  }

  const conversation = (id: string | undefined): ConversationStore =>
    remember(conversations, id, () =>
      createSharedConversation(url === undefined ? nowhere : id === undefined ? current : placeOf(id), {
        id,
        frame,
        messages: listed(id),
      }),
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

  const draft = (id: string | undefined): DraftStore =>
    remember(drafts, id, () => {
      const own = createSharedDraft(identity, { storage, id: id ?? '' })
      if (id !== undefined || url === undefined) return own
      return createCurrentDraft({ ...current, unplaced: own, draftOf: draft })
    })

  const session: Session = {
    user: createSharedUser(user$, me),
    inbox: createSharedInbox(me, inbox, frame),
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
    adopt(former) {
      if (former === session || !user$.value) return
      for (const [id, typed] of former.drafts) {
        const { text } = typed.get()
        if (text) draft(id).change({ text })
        typed.change({ text: '' })
      }
    },
  }
  return session
}

const connecting$ = of({ state: 'connecting', isSynced: false } as const)
const nowhere: ConversationPlace = { handle$: NEVER, now() {} }

interface Memory<Key, Value> {
  get: (key: Key) => Value | undefined
  set: (key: Key, value: Value) => unknown
}

function remember<Key, Value>(memory: Memory<Key, Value>, key: Key, create: () => Value): Value {
  const value = memory.get(key) ?? create()
  memory.set(key, value)
  return value
}
