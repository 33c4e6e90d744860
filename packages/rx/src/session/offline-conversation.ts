import { ChatError, type Message } from '@parley/core'
import { distinctUntilChanged, distinctUntilKeyChanged, filter, map, NEVER, type Observable, of } from 'rxjs'
import type { ChatStorage } from '../conversation/conversation-options.ts'
import { createKey } from '../conversation/create-key.ts'
import { createLedger } from '../conversation/ledger.ts'
import type { ConversationConnection, LiveConversation } from '../conversation/live-conversation.ts'
import type { OpenedConversation } from '../conversation/open-conversation.ts'
import { createOutboxRecord, type OutboxRecord } from '../conversation/outbox-record.ts'
import { createQueue } from '../time/queue.ts'
import { emptyTimeline } from '../timeline/timeline.ts'
import type { Identity } from './identity.ts'

interface Outcome {
  resolve: (message: Promise<Message>) => void
  reject: (cause: Error) => void
}

export interface OfflineOptions {
  /** Empty if the conversation is not known yet. */
  id: string
  identity: Identity
  storage: ChatStorage | undefined
  initial?: readonly Message[] | undefined
  connection$: Observable<ConversationConnection>
  /** Resolves with the conversation that takes over, once the user is connected. */
  reach: () => Promise<LiveConversation>
  reconnectNow?: () => void
}

/**
 * A conversation before its user is connected, or before it exists: it queues and stores messages, and restores those
 * of the last visit. The conversation that takes over receives them with their keys.
 */
export function createOfflineConversation(options: OfflineOptions): OpenedConversation {
  const { id, identity, storage, initial = [], connection$, reach, reconnectNow = (): void => {} } = options
  const { url, owner$ } = identity
  const { timeline$, state, take } = createLedger(emptyTimeline(id, owner$.value ?? ''))
  take({ type: 'page', messages: initial, asked: state(), isEnd: false })
  /** Messages that the server may already have. */
  const started = new Set<string>()
  const outcomes = new Map<string, Outcome>()
  const inTurn = createQueue()
  let record: OutboxRecord | undefined
  let isPlacing = false
  let isOver = false

  const save = (): void => void record?.save(state().unsent, started)
  const isWaiting = (): boolean => state().unsent.some(({ status }) => status === 'sending')

  /** Moves to the storage entry of a newly known owner, and restores the messages stored there. */
  async function keepFor(owner: string): Promise<void> {
    const former = record
    record = createOutboxRecord(storage, `parley:outbox:${url}:${owner}:${id}`)
    const kept = await record.load()
    if (!isOver) {
      for (const { key, isStarted } of kept) if (isStarted) started.add(key)
      take({ type: 'queued', sends: kept, isRestored: true })
      if (state().unsent.length > 0) save()
    }
    void former?.save([], started)
    if (isWaiting()) place()
  }

  function place(): void {
    if (isPlacing) return
    isPlacing = true
    reach().then(handOver, fail)
  }

  function handOver(to: LiveConversation): void {
    isPlacing = false
    // The conversation that takes over reads the same storage entry.
    isOver = id !== ''
    for (const { key, payload, metadata, status } of state().unsent) {
      if (isOver && status === 'failed') continue
      const sending = to.send(payload, { metadata, key })
      sending.catch(() => {})
      outcomes.get(key)?.resolve(sending)
      outcomes.delete(key)
      take({ type: 'discarded', key })
    }
    if (!isOver) save()
  }

  function fail(error: ChatError): void {
    isPlacing = false
    for (const { key, status } of state().unsent) {
      if (status === 'failed') continue
      take({ type: 'failed', key, error })
      settle(key, error)
    }
    save()
  }

  function settle(key: string, cause: Error): void {
    outcomes.get(key)?.reject(cause)
    outcomes.delete(key)
  }

  function outcome(key: string): Promise<Message> {
    const promise = new Promise<Message>((resolve, reject) => outcomes.set(key, { resolve, reject }))
    // Callers that ignore the promise see the failure in the message.
    promise.catch(() => {})
    save()
    place()
    return promise
  }

  owner$.value$
    .pipe(
      filter((owner) => owner !== undefined),
      distinctUntilChanged(),
    )
    .subscribe((owner) => void inTurn(() => keepFor(owner)))

  return {
    id,
    timeline$,
    messages$: timeline$.pipe(
      distinctUntilKeyChanged('messages'),
      map(({ messages }) => messages),
    ),
    connection$,
    history$: of({ hasOlder: false, isLoading: false }),
    typing$: of([]),
    participants$: NEVER,
    events$: NEVER,
    signals$: NEVER,
    invalid$: NEVER,

    send(payload, { metadata, key = createKey() } = {}) {
      take({ type: 'queued', sends: [{ key, payload, metadata }] })
      return outcome(key)
    },
    async retry(key) {
      if (!state().unsent.some((each) => each.key === key)) throw noSuchMessage()
      take({ type: 'retried', key })
      return outcome(key)
    },
    discard(key) {
      take({ type: 'discarded', key })
      settle(key, new DOMException('Discarded', 'AbortError'))
      save()
    },
    sendEvent: async (payload) => (await reach()).sendEvent(payload),
    sendTyping() {},
    async loadOlder() {},
    reconnectNow,
  }
}

const noSuchMessage = (): ChatError =>
  new ChatError('ResourceNotFound', 'Unable to send the message again; there is no such message.')
