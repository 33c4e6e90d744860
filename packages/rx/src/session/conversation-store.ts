import { ChatError, type Event, type Message, type Payload, type User } from '@parley/core'
import { combineLatest, map, type Observable, switchMap } from 'rxjs'
import type { ConversationConnection, LiveConversation } from '../conversation/live-conversation.ts'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import type { ChatMessage } from '../timeline/chat-message.ts'
import type { Frame } from './frame.ts'
import { ignoreRejection } from './ignore-rejection.ts'
import { createStore, isOver, type ForgetfulStore, type Store, type StoreOptions } from './store.ts'

/** What there is to see of a conversation. */
export interface ConversationState {
  /** Undefined until one was picked or made. */
  id: string | undefined
  /** The server's, in its order, then what is being written, then what is unsent. An object stays the same while nothing in it changes. */
  messages: readonly ChatMessage[]
  hasOlder: boolean
  isLoadingOlder: boolean
  /** The ids of the others who are typing. */
  typing: readonly string[]
  /** How the connection is; `isSynced` once what is shown is what the server has. */
  connection: ConversationConnection
  /** What no retry can mend, such as `ResourceNotFound` or `Forbidden`; or why older messages could not be loaded. */
  error: ChatError | undefined
}

export interface ConversationPeople {
  /** Who takes part, without the bot. Asked for only where it is read. */
  participants: readonly User[]
}

type SendOptions = Parameters<LiveConversation['send']>[1]

/** What can be done in a conversation. These functions stay the same. */
export interface ConversationActions {
  /**
   * Sends a payload or a text. It appears in `messages` at once, even before the user is connected, and is sent exactly
   * once when the network allows. Creates the conversation first if there is none.
   *
   * @returns The stored message. It rejects where the server refuses it: then it is `failed`, and waits for `retry` or
   * `discard`.
   * @throws ChatError
   */
  send: (payload: Payload | string, options?: SendOptions) => Promise<Message>
  /** Sends a failed message again, after all others. */
  retry: (key: string) => Promise<Message>
  /** Takes back an unsent message; one on its way may arrive all the same. */
  discard: (key: string) => void
  /**
   * Loads the page before the oldest message. Calls at the same time share one.
   *
   * @throws ChatError; `error` has it as well.
   */
  loadOlder: () => Promise<void>
  /** Call it with every key stroke: others are told at most once in 3 s. It never fails. */
  sendTyping: () => void
  /**
   * Sends a custom event, never twice: if it is not known whether it arrived, it fails.
   *
   * @throws ChatError
   */
  sendEvent: (payload: Event['payload']) => Promise<Event>
  /** Tries at once what is waited for: a connection, a page, a message that is unsent. */
  reconnectNow: () => void
}

/** A conversation as all components of a view share it. */
export interface ConversationStore {
  readonly state: Store<ConversationState>
  readonly people: { readonly participants: Store<readonly User[]> }
  readonly actions: ConversationActions
  readonly place: ConversationPlace
  /** Forgets what was shown, when nobody looks any more. */
  forget: () => void
}

/** Where a conversation comes from. */
export interface ConversationPlace {
  /** Open while subscribed. Emits an offline conversation before the user is connected or the conversation exists. */
  readonly handle$: Observable<OpenedConversation>
  /** Undefined if no user is connecting. */
  now: () => LiveConversation | undefined | void
  /** Whether such an error makes place for another conversation: what failed in this one will be seen no more. */
  isLostBy?: (error: ChatError) => boolean
}

export function createSharedConversation(
  place: ConversationPlace,
  { id, frame, messages: listed }: { id: string | undefined; frame: Frame; messages: readonly ChatMessage[] },
): ConversationStore {
  const { handle$, now } = place

  const initial: ConversationState = {
    id,
    messages: listed,
    hasOlder: false,
    isLoadingOlder: false,
    typing: [],
    connection: { state: 'connecting', isSynced: false },
    error: undefined,
  }

  /** Builds its values once a frame: a burst of messages must not copy a long list for each message. */
  const storeOf = <T>(
    before: T,
    of$: (living: OpenedConversation) => Observable<() => T>,
    options: StoreOptions<T> = {},
  ): ForgetfulStore<T> =>
    createStore<T, () => T>(handle$.pipe(switchMap(of$)), before, {
      frame$: frame.next$,
      ...options,
      read: (value) => value(),
    })

  const state = storeOf(
    initial,
    ({ id: ownId, timeline$, history$, typing$, connection$ }) =>
      combineLatest([timeline$, history$, typing$, connection$]).pipe(
        map(([timeline, { hasOlder, isLoading, error }, typing, connection]) => () => ({
          id: ownId || undefined,
          messages: timeline.messages,
          hasOlder,
          isLoadingOlder: isLoading,
          typing,
          ...standing(connection, error),
        })),
      ),
    { isOver },
  )
  const participants = storeOf<readonly User[]>([], (living) =>
    living.participants$.pipe(map((users) => () => users)),
  )

  async function act<T>(work: (living: LiveConversation) => Promise<T>): Promise<T> {
    const living = now()
    if (!living) throw notConnected()
    const acting = work(living)
    frame.flush()
    return acting
  }

  return {
    place,
    state,
    people: { participants },
    forget() {
      state.forget()
      participants.forget()
    },
    actions: {
      send: (payload, options) =>
        ignoreRejection(
          act(({ send }) =>
            send(typeof payload === 'string' ? { type: 'text', text: payload } : payload, options),
          ),
        ),
      retry: (key) => ignoreRejection(act(({ retry }) => retry(key))),
      sendEvent: (payload) => act(({ sendEvent }) => sendEvent(payload)),
      discard(key) {
        now()?.discard(key)
        frame.flush()
      },
      loadOlder: async () => now()?.loadOlder(),
      sendTyping: () => now()?.sendTyping(),
      reconnectNow: () => now()?.reconnectNow(),
    },
  }
}

export const notConnected = (): ChatError =>
  new ChatError('Unavailable', 'Unable to do this; no user is connected. Connect a user first.')

const standing = (
  connection: ConversationConnection,
  error?: ChatError,
): Pick<ConversationState, 'connection' | 'error'> => ({
  connection,
  error: (connection.state === 'closed' ? connection.cause : undefined) ?? error,
})
