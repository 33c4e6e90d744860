import { ChatError, type Event, type Message, type Payload, type User } from '@parley/core'
import { combineLatest, map, type Observable, switchMap } from 'rxjs'
import type { ConversationConnection, LiveConversation } from '../conversation/live-conversation.ts'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import type { ChatMessage } from '../timeline/chat-message.ts'
import { isAnswering } from '../timeline/timeline.ts'
import { ignoreRejection } from './ignore-rejection.ts'
import type { RenderScheduler } from './render-scheduler.ts'
import { createStore, isTerminal, type ResettableStore, type Store, type StoreOptions } from './store.ts'

export interface ConversationState {
  /** Undefined until a conversation was selected or created. */
  id: string | undefined
  /**
   * Stored messages in server order, then streaming ones, then pending ones. An unchanged message remains the same
   * object.
   */
  messages: readonly ChatMessage[]
  hasOlder: boolean
  isLoadingOlder: boolean
  /** Whether a message of the bot is streaming: `stop` ends it. */
  isAnswering: boolean
  /** The ids of other users who are typing. */
  typing: readonly string[]
  /** The state of the connection. `isSynced`: the messages match the server. */
  connection: ConversationConnection
  /** A permanent error, such as `ResourceNotFound` or `Forbidden`, or the last error of loading older messages. */
  error: ChatError | undefined
}

export interface ConversationPeople {
  /** The participants, without the bot. Loaded only while read. */
  participants: readonly User[]
}

type SendOptions = Parameters<LiveConversation['send']>[1]

/** Actions on a conversation. The functions are stable. */
export interface ConversationActions {
  /**
   * Sends a payload or a text. It immediately appears in `messages`, even before the user is connected, and is sent
   * exactly once when the network allows. Creates the conversation first if there is none.
   *
   * @returns The stored message.
   * @throws ChatError if the server rejects the message, which is then `failed` until `retry` or `discard`.
   */
  send: (payload: Payload | string, options?: SendOptions) => Promise<Message>
  /** Sends a failed message again, after all other pending messages. */
  retry: (key: string) => Promise<Message>
  /** Removes a pending message. If it is in flight, the server may still store it. */
  discard: (key: string) => void
  /**
   * Loads the page before the oldest message. Concurrent calls share one request.
   *
   * @throws ChatError; `error` also contains it.
   */
  loadOlder: () => Promise<void>
  /**
   * Stops the bot's running turn. Its streaming message is stored with the text so far, before this resolves. Has no
   * effect if nothing is running.
   *
   * @throws ChatError of type `MethodNotFound` if the server lacks the capability `stop`.
   */
  stop: () => Promise<void>
  /** Call this on every keystroke. Throttled to one request per 3 s. Never fails. */
  sendTyping: () => void
  /**
   * Sends a custom event. Never retries, so the event is never sent twice.
   *
   * @throws ChatError, also if the outcome is unknown.
   */
  sendEvent: (payload: Event['payload']) => Promise<Event>
  /** Skips all current backoff delays: of the connection, of listing, and of sending. */
  reconnectNow: () => void
}

/** A conversation, shared by all components of a view. */
export interface ConversationStore {
  readonly state: Store<ConversationState>
  readonly people: { readonly participants: Store<readonly User[]> }
  readonly actions: ConversationActions
  readonly ref: ConversationRef
  /** Returns to the initial state. Call it only without listeners. */
  reset: () => void
}

/** A reference to a conversation, which may not be open yet. */
export interface ConversationRef {
  /** Open while subscribed. Emits an offline conversation before the user is connected or the conversation exists. */
  readonly handle$: Observable<OpenedConversation>
  /** Opens the conversation if necessary. Undefined if no user is connecting. */
  getHandle: () => LiveConversation | undefined | void
  /** Whether another conversation replaces this one after such an error, which hides its failed messages. */
  isGoneError?: (error: ChatError) => boolean
}

export function createConversationStore(
  ref: ConversationRef,
  {
    id,
    scheduler,
    initialMessages,
  }: { id: string | undefined; scheduler: RenderScheduler; initialMessages: readonly ChatMessage[] },
): ConversationStore {
  const { handle$, getHandle } = ref

  const initial: ConversationState = {
    id,
    messages: initialMessages,
    hasOlder: false,
    isLoadingOlder: false,
    isAnswering: false,
    typing: [],
    connection: { state: 'connecting', isSynced: false },
    error: undefined,
  }

  /** Builds the values once a frame: a burst of messages must not copy a long list for each message. */
  const createFrameStore = <T>(
    initialValue: T,
    getValue$: (conversation: OpenedConversation) => Observable<() => T>,
    options: StoreOptions<T> = {},
  ): ResettableStore<T> =>
    createStore<T, () => T>(handle$.pipe(switchMap(getValue$)), initialValue, {
      frame$: scheduler.next$,
      ...options,
      read: (value) => value(),
    })

  const state = createFrameStore(
    initial,
    ({ id: ownId, timeline$, history$, typing$, connection$ }) =>
      combineLatest([timeline$, history$, typing$, connection$]).pipe(
        map(([timeline, { hasOlder, isLoading, error }, typing, connection]) => () => ({
          id: ownId || undefined,
          messages: timeline.messages,
          hasOlder,
          isLoadingOlder: isLoading,
          isAnswering: isAnswering(timeline),
          typing,
          ...connectionFields(connection, error),
        })),
      ),
    { isTerminal },
  )
  const participants = createFrameStore<readonly User[]>([], ({ participants$ }) =>
    participants$.pipe(
      map(
        ({ participants }) =>
          () =>
            participants,
      ),
    ),
  )

  async function run<T>(action: (conversation: LiveConversation) => Promise<T>): Promise<T> {
    const conversation = getHandle()
    if (!conversation) throw notConnected()
    const result = action(conversation)
    scheduler.flush()
    return result
  }

  return {
    ref,
    state,
    people: { participants },
    reset() {
      state.reset()
      participants.reset()
    },
    actions: {
      send: (payload, options) =>
        ignoreRejection(
          run(({ send }) =>
            send(typeof payload === 'string' ? { type: 'text', text: payload } : payload, options),
          ),
        ),
      retry: (key) => ignoreRejection(run(({ retry }) => retry(key))),
      sendEvent: (payload) => run(({ sendEvent }) => sendEvent(payload)),
      discard(key) {
        getHandle()?.discard(key)
        scheduler.flush()
      },
      loadOlder: async () => getHandle()?.loadOlder(),
      stop: async () => getHandle()?.stop(),
      sendTyping: () => getHandle()?.sendTyping(),
      reconnectNow: () => getHandle()?.reconnectNow(),
    },
  }
}

export const notConnected = (): ChatError =>
  new ChatError('Unavailable', 'Unable to run the action; no user is connected. Connect a user first.')

const connectionFields = (
  connection: ConversationConnection,
  error?: ChatError,
): Pick<ConversationState, 'connection' | 'error'> => ({
  connection,
  error: (connection.state === 'closed' ? connection.cause : undefined) ?? error,
})
