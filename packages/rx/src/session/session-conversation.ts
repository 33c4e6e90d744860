import type { ChatError, NoSchemas } from '@parley/core'
import { distinctUntilChanged, map, type Observable, switchMap } from 'rxjs'
import type { LiveConversation } from '../conversation/live-conversation.ts'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import { notConnected } from './identity.ts'

/** A conversation of a session that may not be open yet, or that may be replaced by another one. */
export interface ConversationHandle {
  /** The open conversation: before the user is connected, an offline one that queues messages. */
  readonly opened$: Observable<OpenedConversation>
  /** Opens the conversation if necessary. Undefined if no user is connecting. */
  getOpened: () => OpenedConversation | undefined
  /** Whether another conversation replaces this one after such an error, which hides its failed messages. */
  isReplacedAfter?: (error: ChatError) => boolean
}

/**
 * A conversation of a session, the same for all callers. It can be used before the user is connected: messages are
 * queued, and other actions wait. They reject if connecting fails permanently.
 */
export interface SessionConversation<Schemas = NoSchemas>
  extends Omit<LiveConversation<Schemas>, 'id'>, ConversationHandle {
  /** Undefined while there is no current conversation. Replays the latest value. */
  readonly id$: Observable<string | undefined>
}

export function createSessionConversation(handle: ConversationHandle): SessionConversation {
  const { opened$, getOpened } = handle

  const from = <Value>(select: (conversation: OpenedConversation) => Observable<Value>): Observable<Value> =>
    opened$.pipe(switchMap(select))

  async function run<Result>(action: (conversation: OpenedConversation) => Promise<Result>): Promise<Result> {
    const conversation = getOpened()
    if (!conversation) throw notConnected()
    return action(conversation)
  }

  return {
    ...handle,
    id$: opened$.pipe(
      map(({ id }) => id || undefined),
      distinctUntilChanged(),
    ),
    messages$: from(({ messages$ }) => messages$),
    events$: from(({ events$ }) => events$),
    loadState$: from(({ loadState$ }) => loadState$),
    participants$: from(({ participants$ }) => participants$),
    isAnswering$: from(({ isAnswering$ }) => isAnswering$),
    typing$: from(({ typing$ }) => typing$),
    connection$: from(({ connection$ }) => connection$),
    history$: from(({ history$ }) => history$),
    signals$: from(({ signals$ }) => signals$),
    invalid$: from(({ invalid$ }) => invalid$),
    send: (payload, options) => run(({ send }) => send(payload, options)),
    retry: (key) => run(({ retry }) => retry(key)),
    sendEvent: (payload) => run(({ sendEvent }) => sendEvent(payload)),
    stop: () => run(({ stop }) => stop()),
    loadOlder: () => run(({ loadOlder }) => loadOlder()),
    deleteMessage: (id) => run(({ deleteMessage }) => deleteMessage(id)),
    addParticipant: (userId) => run(({ addParticipant }) => addParticipant(userId)),
    removeParticipant: (userId) => run(({ removeParticipant }) => removeParticipant(userId)),
    leave: () => run(({ leave }) => leave()),
    discard: (key) => getOpened()?.discard(key),
    sendTyping: () => getOpened()?.sendTyping(),
    reconnectNow: () => getOpened()?.reconnectNow(),
  }
}
