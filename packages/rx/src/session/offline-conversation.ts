import { ChatError, type Message, type StorageOption } from '@parley/core'
import { distinctUntilChanged, distinctUntilKeyChanged, filter, map, NEVER, type Observable, of } from 'rxjs'
import type { ChatStorage } from '../conversation/conversation-options.ts'
import type { ConversationConnection, LiveConversation } from '../conversation/live-conversation.ts'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import { createOutboxPersistence, type OutboxPersistence } from '../conversation/outbox-persistence.ts'
import { createRandomId } from '../create-random-id.ts'
import { createMutex } from '../time/mutex.ts'
import { createReducedState } from '../time/state.ts'
import { reduceTimeline } from '../timeline/reduce-timeline.ts'
import { emptyTimeline, type Timeline } from '../timeline/timeline.ts'
import type { Identity } from './identity.ts'

/** Settles the promise of a send. */
interface Resolver {
  resolve: (message: Promise<Message>) => void
  reject: (cause: Error) => void
}

export interface OfflineOptions {
  /** Empty if the conversation is not known yet. */
  id: string
  identity: Identity
  storage: StorageOption<ChatStorage> | undefined
  initialMessages?: readonly Message[] | undefined
  connection$: Observable<ConversationConnection>
  /** Resolves with the conversation that takes over, once the user is connected. Creates it if necessary. */
  ensureConversation: () => Promise<LiveConversation>
  /**
   * Resolves with the conversation once the user is connected; undefined if there is none.
   *
   * @throws ChatError if connecting fails permanently.
   */
  findConversation: () => Promise<LiveConversation | undefined>
  reconnectNow?: () => void
}

/**
 * A conversation before its user is connected, or before it exists: it queues and stores messages, and restores those
 * of the last visit. The conversation that takes over receives them with their keys.
 */
export function createOfflineConversation(options: OfflineOptions): OpenedConversation {
  const {
    id,
    identity,
    storage,
    initialMessages = [],
    connection$,
    ensureConversation,
    findConversation,
    reconnectNow,
  } = options
  const { url = '', owner$, retryNow$, whenConnectedOrFailed } = identity
  const timeline = createReducedState(reduceTimeline, emptyTimeline(id, owner$.value ?? ''))
  const { value$: timeline$, dispatch } = timeline
  const getTimeline = (): Timeline => timeline.value
  dispatch({ type: 'page', messages: initialMessages, snapshot: getTimeline(), isEnd: false })
  /** The keys of messages that the server may have stored. */
  const maybeDelivered = new Set<string>()
  const resolvers = new Map<string, Resolver>()
  const runExclusive = createMutex()
  let persistence: OutboxPersistence | undefined
  let isHandingOver = false
  let hasEnded = false

  const loadState$ = connection$.pipe(
    map(({ state, isSynced, cause }: ConversationConnection & { cause?: ChatError }) => ({
      isLoading: !isSynced && state !== 'closed',
      ...(cause && state === 'closed' && { error: cause }),
    })),
  )

  const save = (): void => void persistence?.save(getTimeline().pending, maybeDelivered)
  const hasUnsent = (): boolean => getTimeline().pending.some(({ status }) => status === 'sending')

  /** Moves to the storage item of a newly known owner, and restores the messages stored there. */
  async function setOwner(owner: string): Promise<void> {
    const previous = persistence
    persistence = createOutboxPersistence(storage, `parley:outbox:${url}:${owner}:${id}`)
    const restored = await persistence.load()
    if (!hasEnded) {
      for (const { key, isStarted } of restored) if (isStarted) maybeDelivered.add(key)
      dispatch({ type: 'queued', messages: restored, isRestored: true })
      if (getTimeline().pending.length > 0) save()
    }
    void previous?.save([], maybeDelivered)
    if (hasUnsent()) startHandover()
  }

  function startHandover(): void {
    if (isHandingOver) return
    isHandingOver = true
    ensureConversation().then(handOver, fail)
  }

  function handOver(to: LiveConversation): void {
    isHandingOver = false
    // The conversation that takes over reads the same storage item.
    hasEnded = id !== ''
    for (const { key, payload, metadata, status } of getTimeline().pending) {
      if (hasEnded && status === 'failed') continue
      const sending = to.send(payload, { metadata, key })
      sending.catch(() => {})
      resolvers.get(key)?.resolve(sending)
      resolvers.delete(key)
      dispatch({ type: 'discarded', key })
    }
    if (!hasEnded) save()
  }

  function fail(error: ChatError): void {
    isHandingOver = false
    for (const { key, status } of getTimeline().pending) {
      if (status === 'failed') continue
      dispatch({ type: 'failed', key, error })
      reject(key, error)
    }
    save()
  }

  function reject(key: string, cause: Error): void {
    resolvers.get(key)?.reject(cause)
    resolvers.delete(key)
  }

  function whenSettled(key: string): Promise<Message> {
    const promise = new Promise<Message>((resolve, rejectPromise) =>
      resolvers.set(key, { resolve, reject: rejectPromise }),
    )
    // Prevents an unhandled rejection; the message contains the error.
    promise.catch(() => {})
    save()
    startHandover()
    return promise
  }

  async function createConversation(): Promise<LiveConversation> {
    await whenConnectedOrFailed()
    return ensureConversation()
  }

  async function getExisting(): Promise<LiveConversation> {
    const conversation = await findConversation()
    if (!conversation) throw noConversation()
    return conversation
  }

  owner$.value$
    .pipe(
      filter((owner) => owner !== undefined),
      distinctUntilChanged(),
    )
    .subscribe((owner) => void runExclusive(() => setOwner(owner)))

  return {
    id,
    timeline$,
    messages$: timeline$.pipe(
      distinctUntilKeyChanged('messages'),
      map(({ messages }) => messages),
    ),
    connection$,
    history$: of({ hasOlder: false, isLoading: false }),
    isAnswering$: of(false),
    typing$: of([]),
    loadState$: loadState$.pipe(
      map((state) => ({ ...state, isLoading: state.isLoading && initialMessages.length === 0 })),
    ),
    participants$: loadState$.pipe(map((state) => ({ participants: [], ...state }))),
    events$: NEVER,
    signals$: NEVER,
    invalid$: NEVER,

    send(payload, { metadata, key = createRandomId() } = {}) {
      dispatch({ type: 'queued', messages: [{ key, payload, metadata }] })
      return whenSettled(key)
    },
    async retry(key) {
      if (!getTimeline().pending.some((message) => message.key === key)) throw unknownKey(key)
      dispatch({ type: 'retried', key })
      return whenSettled(key)
    },
    discard(key) {
      dispatch({ type: 'discarded', key })
      reject(key, new DOMException('Discarded', 'AbortError'))
      save()
    },
    sendEvent: async (payload) => (await createConversation()).sendEvent(payload),
    addParticipant: async (userId) => (await createConversation()).addParticipant(userId),
    removeParticipant: async (userId) => (await getExisting()).removeParticipant(userId),
    deleteMessage: async (messageId) => (await getExisting()).deleteMessage(messageId),
    leave: async () => (await getExisting()).leave(),
    // Without a conversation, no answer is running and no messages are older.
    stop: async () => (await findConversation())?.stop(),
    loadOlder: async () => (await findConversation())?.loadOlder(),
    // The connection is not open yet, and the server reports the error.
    close() {},
    // Later, it would be wrong.
    sendTyping() {},
    reconnectNow() {
      retryNow$.next()
      reconnectNow?.()
    },
  }
}

const noConversation = (): ChatError =>
  new ChatError(
    'ResourceNotFound',
    'Unable to run the action; there is no current conversation. Send a message first, which creates one.',
  )

const unknownKey = (key: string): ChatError =>
  new ChatError(
    'ResourceNotFound',
    `Unable to retry the message; no pending message has the key "${key}". Use the key of a failed message.`,
  )
