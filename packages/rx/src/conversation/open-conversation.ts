import type { ConnectedUser, NoSchemas, Payload, UnknownSignal } from '@parley/core'
import { BehaviorSubject, filter, map, Subject } from 'rxjs'
import { createSource } from '../source/create-source.ts'
import { tabsOf } from '../tabs/load-tabs.ts'
import { systemClock } from '../time/system-clock.ts'
import { fold } from '../timeline/fold.ts'
import type { TimelineInput } from '../timeline/timeline-input.ts'
import { emptyTimeline, type Timeline } from '../timeline/timeline.ts'
import type { ConversationOptions } from './conversation-options.ts'
import { createHistory } from './history.ts'
import { createLink } from './link.ts'
import type { LivingConversation } from './living-conversation.ts'
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
  options: ConversationOptions = {},
): LivingConversation<Schemas> {
  // Inside, metadata and events are any JSON: what they are to the app, core checks and the types out here say.
  const conversation: unknown = build(me as unknown as ConnectedUser, { ...options, id })
  return conversation as LivingConversation<Schemas>
}

function build(me: ConnectedUser, options: ConversationOptions & { id: string }): LivingConversation {
  const {
    id,
    storage,
    tabs,
    clock = systemClock,
    random = Math.random,
    pageSize = 20,
    graceMs = 500,
  } = options
  let timeline = emptyTimeline(id, me.user.id)
  const messages$ = new BehaviorSubject(timeline.messages)
  const source = createSource(me, id, tabs)
  const wake$ = new Subject<void>()
  const waiting = { clock, random, wake$ }

  const state = (): Timeline => timeline
  function take(input: TimelineInput): void {
    const former = timeline
    timeline = fold(former, input)
    if (timeline.messages !== former.messages) messages$.next(timeline.messages)
    if (timeline !== former) outbox.settle()
  }

  const history = createHistory({ me, pageSize, state, take })
  const outbox = createOutbox({
    ...waiting,
    me,
    storage,
    tabs: () => tabsOf(tabs),
    state,
    take,
    look: () => history.sync({ atLeast: 100 }),
  })
  const typing = createTyping({ me, conversationId: id, clock, isSentAsEvent: options.typingEvents ?? false })
  const { connection$, fresh$, signals$, live } = createLink({
    source,
    waiting,
    wake$,
    graceMs,
    compare: (signal) => history.sync({ signal }),
    onStart: outbox.start,
    onReady: () => take({ type: 'ready' }),
    onSignal(signal, isGapless) {
      take(signal)
      typing.hear(signal)
      if (isGapless && signal.type === 'message_created') history.advance(signal.data)
    },
    onEnd() {
      typing.clear()
      outbox.stop()
    },
  })
  const participants$ = createParticipants({
    me,
    conversationId: id,
    waiting,
    fresh$: fresh$.pipe(filter((count) => count > 0)),
    signals$,
  })

  return {
    id,
    messages$: live(messages$),
    events$: live(
      signals$.pipe(
        filter((signal) => signal.type === 'event_created'),
        map(({ data }) => data),
      ),
    ),
    participants$: live(participants$),
    typing$: live(typing.typing$),
    connection$: live(connection$),
    older$: live(history.older$),
    signals$: live(signals$) as LivingConversation['signals$'],
    invalid$: live(signals$.pipe(filter(isInvalid))),

    send: (payload: Payload, { metadata } = {}) => outbox.send(payload, metadata),
    retry: outbox.retry,
    discard: outbox.discard,
    async sendEvent(payload) {
      const { event } = await me.createEvent({ conversationId: id, payload })
      return event
    },
    sendTyping: typing.send,
    loadOlder: history.loadOlder,
    tryNow() {
      source.wake()
      wake$.next()
    },
  }
}

/** Of a known type, and yet unknown: core says so of what does not fit the app's schemas. */
function isInvalid(signal: { type: string; data: unknown }): signal is UnknownSignal {
  return signal.type === 'unknown' && (signal.data as { type?: unknown } | null)?.type === 'event_created'
}
