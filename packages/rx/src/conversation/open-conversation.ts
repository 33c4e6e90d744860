import {
  ChatError,
  isChatError,
  systemClock,
  type ConnectedUser,
  type NoSchemas,
  type UnknownSignal,
  type User,
} from '@parley/core'
import {
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  type Observable,
  Subject,
  tap,
} from 'rxjs'
import { createSource } from '../source/user-stream.ts'
import { createReducedState } from '../time/state.ts'
import { reduceTimeline } from '../timeline/reduce-timeline.ts'
import { emptyTimeline, hasSameMessages, isAnswering, type Timeline } from '../timeline/timeline.ts'
import type { ConversationContext } from './conversation-context.ts'
import type { ConversationOptions } from './conversation-options.ts'
import { createHistory } from './history.ts'
import type { LiveConversation } from './live-conversation.ts'
import { observeLoadState } from './load-state.ts'
import { createOutbox } from './outbox.ts'
import { createParticipants } from './participants.ts'
import { createSourceConnection } from './source-connection.ts'
import { createTyping } from './typing.ts'

/**
 * Opens a conversation of a user. Open it once and share it: each call creates independent messages and an independent
 * outbox.
 *
 * @param id - The id of the conversation. If it does not exist or the user is not a participant, `connection$` reports
 * the error.
 */
export function openConversation<Schemas = NoSchemas>(
  me: ConnectedUser<Schemas>,
  id: string,
  options?: ConversationOptions,
): LiveConversation<Schemas> {
  // Internally, metadata and events are any JSON: core validates them, and the public types describe the result.
  return createConversation(
    me as unknown as ConnectedUser,
    id,
    options,
  ) as unknown as LiveConversation<Schemas>
}

/** A conversation with its timeline, for the session. */
export interface OpenedConversation extends LiveConversation {
  /** The source of `messages$`. Opens no connection. Replays the latest value. */
  readonly timeline$: Observable<Timeline>
  /** Closes the connection with an error, as the user has left or deleted the conversation. */
  close: (error: ChatError) => void
}

export const leftError = (): ChatError =>
  new ChatError('Forbidden', 'Unable to read the conversation; you left it. Ask its owner to add you again.')

/** @param profile$ - The user's profile whenever it has changed since `me` connected. */
export function createConversation(
  me: ConnectedUser,
  id: string,
  options: ConversationOptions = {},
  profile$: Observable<User> = EMPTY,
): OpenedConversation {
  const {
    initialMessages,
    storage,
    tabs,
    clock = systemClock,
    random = Math.random,
    pageSize = 20,
    disconnectDelayMs = 500,
    typingEvents = false,
  } = options
  const retryNow$ = new Subject<void>()
  const timeline = createReducedState(reduceTimeline, emptyTimeline(id, me.user.id))
  // Before any message, as a later profile replaces the user's messages.
  timeline.dispatch({ type: 'senders_loaded', senders: [me.user] })
  timeline.dispatch({
    type: 'page',
    messages: initialMessages ?? [],
    snapshot: timeline.value,
    isEnd: false,
  })
  const context: ConversationContext = { timeline, me, id, clock, random, retryNow$ }
  const source = createSource(me, id, tabs)
  const typing = createTyping(context, typingEvents)
  const history = createHistory(context, { pageSize, isLoaded: initialMessages !== undefined })
  const outbox = createOutbox(context, { storage, tabs, history })
  const connection = createSourceConnection(context, {
    source,
    history,
    outbox,
    typing,
    disconnectDelayMs,
  })
  const { signals$, keepConnected } = connection
  const participants = createParticipants(context, connection)
  const updates$ = profile$.pipe(
    tap((user) => timeline.dispatch({ type: 'senders_loaded', senders: [user] })),
    ignoreElements(),
  )
  const timeline$ = merge(updates$, timeline.value$).pipe(distinctUntilChanged<Timeline>(hasSameMessages))

  return {
    id,
    timeline$,
    close: connection.close,
    messages$: keepConnected(timeline$.pipe(map(({ messages }) => messages))),
    events$: keepConnected(
      signals$.pipe(
        filter((signal) => signal.type === 'event_created'),
        map(({ data }) => data),
      ),
    ),
    loadState$: keepConnected(observeLoadState(history.isLoaded$.value$, connection.connection$)),
    participants$: keepConnected(participants.participants$),
    isAnswering$: keepConnected(timeline$.pipe(map(isAnswering), distinctUntilChanged())),
    typing$: keepConnected(typing.typing$.value$),
    connection$: keepConnected(connection.connection$),
    history$: keepConnected(history.history$.value$),
    signals$: keepConnected(signals$) as LiveConversation['signals$'],
    invalid$: keepConnected(signals$.pipe(filter(isInvalid))),

    send: outbox.send,
    retry: outbox.retry,
    discard: outbox.discard,
    sendEvent: async (payload) => (await me.createEvent({ conversationId: id, payload })).event,
    stop: () => me.stop({ conversationId: id }),
    async deleteMessage(messageId) {
      try {
        await me.deleteMessage({ id: messageId })
      } catch (error) {
        // Another tab has deleted the own message, or an earlier response was lost.
        const isOwn = timeline.value.stored.some((message) => message.id === messageId && message.isOwn)
        if (!isOwn || !isChatError(error) || error.type !== 'ResourceNotFound') throw error
      }
      const data = { id: messageId, conversationId: id, userId: me.user.id }
      timeline.dispatch({ type: 'message_deleted', data })
    },
    addParticipant: participants.add,
    async removeParticipant(userId) {
      await participants.remove(userId)
      if (userId === me.user.id) connection.close(leftError())
    },
    async leave() {
      await participants.remove(me.user.id)
      connection.close(leftError())
    },
    sendTyping: typing.send,
    loadOlder: history.loadOlder,
    reconnectNow() {
      source.reconnectNow()
      retryNow$.next()
    },
  }
}

/** Core delivers an event that does not match the app's schemas as an unknown signal. */
function isInvalid(signal: { type: string; data: unknown }): signal is UnknownSignal {
  return signal.type === 'unknown' && (signal.data as { type?: unknown } | null)?.type === 'event_created'
}
