import { systemClock, type ConnectedUser, type NoSchemas, type UnknownSignal } from '@parley/core'
import { distinctUntilChanged, filter, map, type Observable, Subject } from 'rxjs'
import { createSource } from '../source/create-source.ts'
import { storageOf } from '../storage/storage-of.ts'
import { emptyTimeline, showsSameMessages, type Timeline } from '../timeline/timeline.ts'
import type { Context } from './context.ts'
import type { ConversationOptions } from './conversation-options.ts'
import { createHistory } from './history.ts'
import { createLedger } from './ledger.ts'
import { createLink } from './link.ts'
import type { LiveConversation } from './live-conversation.ts'
import { createOutbox } from './outbox.ts'
import { createParticipants } from './participants.ts'
import { createTyping } from './typing.ts'

/**
 * Opens a conversation of a user. Open it once and share it: each one opened has its own messages, and its own outbox.
 *
 * @param id - The conversation's. That it exists and is the user's is found out on connecting: see `connection$`.
 */
export function openConversation<Schemas = NoSchemas>(
  me: ConnectedUser<Schemas>,
  id: string,
  options?: ConversationOptions,
): LiveConversation<Schemas> {
  // Internally, metadata and events are any JSON: core validates them, and the public types describe them.
  return createConversation(
    me as unknown as ConnectedUser,
    id,
    options,
  ) as unknown as LiveConversation<Schemas>
}

/** A conversation, with the timeline that the session needs. */
export interface OpenedConversation extends LiveConversation {
  /** The source of `messages$`. Opens no connection. Replays the latest value. */
  readonly timeline$: Observable<Timeline>
}

export function createConversation(
  me: ConnectedUser,
  id: string,
  options: ConversationOptions = {},
): OpenedConversation {
  const {
    initialMessages: initial = [],
    storage,
    tabs,
    clock = systemClock,
    random = Math.random,
    pageSize = 20,
    disconnectDelayMs = 500,
    typingEvents = false,
  } = options
  const wake$ = new Subject<void>()
  const ledger = createLedger(emptyTimeline(id, me.user.id))
  ledger.take({ type: 'page', messages: initial, asked: ledger.state(), isEnd: false })
  const context: Context = { ...ledger, me, id, clock, random, wake$ }
  const source = createSource(me, id, tabs)
  const typing = createTyping(context, typingEvents)
  const history = createHistory(context, pageSize)
  const outbox = createOutbox(context, { storage: storageOf(storage), tabs, history })
  const link = createLink(context, { source, history, outbox, typing, disconnectDelayMs })
  const { signals$, live } = link
  const timeline$ = ledger.timeline$.pipe(distinctUntilChanged<Timeline>(showsSameMessages))

  return {
    id,
    timeline$,
    messages$: live(timeline$.pipe(map(({ messages }) => messages))),
    events$: live(
      signals$.pipe(
        filter((signal) => signal.type === 'event_created'),
        map(({ data }) => data),
      ),
    ),
    participants$: live(createParticipants(context, link)),
    typing$: live(typing.typing$.value$),
    connection$: live(link.connection$.value$),
    history$: live(history.history$.value$),
    signals$: live(signals$) as LiveConversation['signals$'],
    invalid$: live(signals$.pipe(filter(isInvalid))),

    send: outbox.send,
    retry: outbox.retry,
    discard: outbox.discard,
    sendEvent: async (payload) => (await me.createEvent({ conversationId: id, payload })).event,
    sendTyping: typing.send,
    loadOlder: history.loadOlder,
    reconnectNow() {
      source.wake()
      wake$.next()
    },
  }
}

/** Of a known type, and yet unknown: core says so of what does not fit the app's schemas. */
function isInvalid(signal: { type: string; data: unknown }): signal is UnknownSignal {
  return signal.type === 'unknown' && (signal.data as { type?: unknown } | null)?.type === 'event_created'
}
