import type { ChatError, NoSchemas, Payload, User } from '@parley/core'
import type { ChatMessage, ConversationConnection } from '@parley/rx'
import type { Session, SessionConversation } from '@parley/rx/session'
import { combineLatest, map, switchMap } from 'rxjs'
import { withRegisteredTypes, type RegisteredSchemas } from '../register.ts'
import type { RenderScheduler } from './render-scheduler.ts'
import { createStore, isTerminal, type Store } from './store.ts'

export interface ConversationState<Schemas = RegisteredSchemas> {
  /** Undefined until a conversation was selected or created. */
  id: string | undefined
  /**
   * Stored messages in server order, then streaming ones, then pending ones. An unchanged message remains the same
   * object.
   */
  messages: readonly ChatMessage<Schemas>[]
  /** Whether the newest messages are being loaded. Then `messages` contains only those that are known already. */
  isLoading: boolean
  /** A permanent error of the conversation, such as `ResourceNotFound` or `Forbidden`. */
  error: ChatError | undefined
  hasOlder: boolean
  isLoadingOlder: boolean
  /** The reason why the last `loadOlder` failed. */
  loadOlderError: ChatError | undefined
  /** Whether a message of the bot is streaming: `stop` ends it. */
  isAnswering: boolean
  /** The ids of other users who are typing. */
  typing: readonly string[]
  /** The state of the connection. `isSynced`: the messages match the server. */
  connection: ConversationConnection
}

export interface ParticipantsState {
  /** The participants, without the bot; empty until loaded. */
  participants: readonly User[]
  isLoading: boolean
  /** The reason why the participants cannot be loaded. */
  error: ChatError | undefined
}

type Live<Schemas> = SessionConversation<Schemas>

/**
 * Actions on a conversation. The functions are stable. Before the user is connected, messages are queued, and other
 * actions wait; they reject if connecting fails permanently or no user is connecting.
 */
export interface ConversationActions<Schemas = RegisteredSchemas> extends Pick<
  Live<Schemas>,
  | 'retry'
  | 'discard'
  | 'deleteMessage'
  | 'loadOlder'
  | 'stop'
  | 'sendTyping'
  | 'sendEvent'
  | 'addParticipant'
  | 'removeParticipant'
  | 'leave'
  | 'reconnectNow'
> {
  /**
   * Sends a payload or a text. It immediately appears in `messages`, even before the user is connected, and is sent
   * exactly once when the network allows. Creates the conversation first if there is none.
   *
   * @returns The stored message.
   * @throws ChatError if the server rejects the message, which is then `failed` until `retry` or `discard`.
   */
  send: (
    payload: Payload | string,
    options?: Parameters<Live<Schemas>['send']>[1],
  ) => ReturnType<Live<Schemas>['send']>
}

/** A conversation, shared by all components. */
export interface ConversationStore {
  readonly conversation: SessionConversation
  readonly state: Store<ConversationState>
  /** The participants are loaded while this store has listeners. */
  readonly participants: Store<ParticipantsState>
  readonly actions: ConversationActions
  /** Returns to the initial state. Call it only without listeners. */
  reset: () => void
}

export function createConversationStore(
  session: Session,
  id: string | undefined,
  scheduler: RenderScheduler,
): ConversationStore {
  const conversation = session.conversation(id)
  const initial: ConversationState = {
    id,
    messages: withRegisteredTypes(session.initialMessages(id)),
    isLoading: true,
    error: undefined,
    hasOlder: false,
    isLoadingOlder: false,
    loadOlderError: undefined,
    isAnswering: false,
    typing: [],
    connection: { state: 'connecting', isSynced: false },
  }

  const state$ = conversation.opened$.pipe(
    switchMap(({ id: ownId, timeline$, loadState$, history$, isAnswering$, typing$, connection$ }) =>
      combineLatest([timeline$, loadState$, history$, isAnswering$, typing$, connection$]).pipe(
        // The value is built once a frame: a burst of messages must not copy a long list for each message.
        map(
          ([timeline, { isLoading, error }, history, isAnswering, typing, connection]) =>
            (): ConversationState => ({
              id: ownId || undefined,
              messages: withRegisteredTypes(timeline.messages),
              isLoading,
              error,
              hasOlder: history.hasOlder,
              isLoadingOlder: history.isLoading,
              loadOlderError: history.error,
              isAnswering,
              typing,
              connection,
            }),
        ),
      ),
    ),
  )

  /** Displays the effect of an action at once. Its error appears in a state as well, so it need not be handled. */
  function show<Result>(result: Promise<Result>): Promise<Result> {
    result.catch(() => {})
    scheduler.flush()
    return result
  }

  const { send, retry, discard, loadOlder } = conversation
  const actions: ConversationActions<NoSchemas> = {
    send: (payload, options) =>
      show(send(typeof payload === 'string' ? { type: 'text', text: payload } : payload, options)),
    retry: (key) => show(retry(key)),
    discard(key) {
      discard(key)
      scheduler.flush()
    },
    loadOlder: () => show(loadOlder()),
    deleteMessage: conversation.deleteMessage,
    stop: conversation.stop,
    sendTyping: conversation.sendTyping,
    sendEvent: conversation.sendEvent,
    addParticipant: conversation.addParticipant,
    removeParticipant: conversation.removeParticipant,
    leave: conversation.leave,
    reconnectNow: conversation.reconnectNow,
  }
  const state = createStore(state$, initial, {
    frame$: scheduler.next$,
    isTerminal,
    read: (build) => build(),
  })
  const participants = createStore<ParticipantsState>(
    conversation.participants$.pipe(
      map(({ participants: users, isLoading, error }) => ({ participants: users, isLoading, error })),
    ),
    { participants: [], isLoading: true, error: undefined },
    { frame$: scheduler.next$ },
  )
  return {
    conversation,
    state,
    participants,
    actions: withRegisteredTypes(actions),
    reset() {
      state.reset()
      participants.reset()
    },
  }
}
