import { ChatError, isChatError, isRetryable, type Message, type Payload } from '@parley/core'
import { filter, firstValueFrom, map, merge } from 'rxjs'
import { createRandomId } from '../create-random-id.ts'
import { resolveTabCoordinator, type SharedOutbox, type TabCoordinator } from '../tabs/tab-coordinator.ts'
import { backoff } from '../time/retry-policy.ts'
import type { PendingMessage } from '../timeline/chat-message.ts'
import type { SendAction } from '../timeline/timeline.ts'
import { createBlockDetector, type BlockDetector } from './block-detector.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import type { ConversationOptions } from './conversation-options.ts'
import type { History } from './history.ts'
import { createOutboxPersistence } from './outbox-persistence.ts'
import { getSendResult } from './send-result.ts'

/** A message that causes this many server errors fails, so that it does not block the queue. */
const maxAttempts = 8

export interface Outbox {
  send: (
    payload: Payload,
    options?: { metadata?: Record<string, unknown> | undefined; key?: string | undefined },
  ) => Promise<Message>
  retry: (key: string) => Promise<Message>
  discard: (key: string) => void
  /**
   * While active, the outbox restores pending messages from the storage and from other tabs. When inactive, it sends
   * the pending messages and then stops.
   */
  setActive: (isActive: boolean) => void
}

export interface OutboxOptions {
  storage: ConversationOptions['storage']
  tabs: TabCoordinator | false | undefined
  history: History
}

/**
 * Sends one message at a time, each exactly once: if the outcome of an attempt is unknown, it checks the server before
 * the next attempt.
 */
export function createOutbox(
  dependencies: ConversationDependencies,
  { storage, tabs, history }: OutboxOptions,
): Outbox {
  const { me, id, timeline$, getTimeline, dispatch } = dependencies
  const persistence = createOutboxPersistence(storage, `parley:outbox:${me.url}:${me.user.id}:${id}`)
  /** The keys of messages that the server may have stored. */
  const maybeDelivered = new Set<string>()
  let joining: Promise<SharedOutbox | undefined> | undefined
  let isActive = false
  let isRunning = false

  let savedPending = getTimeline().pending
  timeline$.subscribe(({ pending }) => {
    if (pending === savedPending) return
    savedPending = pending
    void save()
    // Another tab may have sent or discarded the last message: leave the shared outbox.
    if (pending.length === 0) void run()
  })

  function save(): Promise<void> {
    return persistence.save(getTimeline().pending, maybeDelivered)
  }

  const findNext = (): PendingMessage | undefined =>
    getTimeline().pending.find(({ status }) => status === 'sending')
  const isPending = (key: string): boolean => getTimeline().pending.some((message) => message.key === key)
  const joinOnce = (): Promise<SharedOutbox | undefined> => (joining ??= join())

  async function join(): Promise<SharedOutbox | undefined> {
    const sharedOutbox = await joinTabs()
    const restored = await persistence.load()
    // Another tab may be sending the message right now.
    for (const { key, isStarted } of restored) if (isStarted || sharedOutbox) maybeDelivered.add(key)
    // Includes known messages: the stored order is the sending order.
    dispatch({ type: 'queued', messages: restored, isRestored: true })
    // Removes delivered messages from the storage, so that a later visit does not send them again.
    if (restored[0]) void save()
    return sharedOutbox
  }

  /** A page that is not allowed to share with other tabs sends independently. */
  async function joinTabs(): Promise<SharedOutbox | undefined> {
    try {
      const ownOutbox = { getTimeline, dispatch, maybeDelivered, run: () => void run() }
      return (await resolveTabCoordinator(tabs))?.joinOutbox(me, ownOutbox)
    } catch {
      return undefined
    }
  }

  function dispatchShared(action: SendAction): void {
    void joinOnce().then((sharedOutbox) => sharedOutbox?.post(action))
    dispatch(action)
    void run()
  }

  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    try {
      const sharedOutbox = await joinOnce()
      for (let attempt = 1; findNext(); attempt++) {
        try {
          await (sharedOutbox ? sharedOutbox.runExclusive(sendAll) : sendAll())
        } catch {
          // Unexpected failures, such as of Web Locks, must not block messages permanently.
          await firstValueFrom(backoff(dependencies, attempt, {}))
        }
      }
      if (isActive || getTimeline().pending.length > 0) return
      sharedOutbox?.leave()
      joining = undefined
    } finally {
      isRunning = false
    }
  }

  /** Settles with the result in the timeline, even if another tab sends or discards the message. */
  function whenSettled(key: string): Promise<Message> {
    const message$ = timeline$.pipe(
      map(() => getSendResult(key, getTimeline())),
      filter((message) => message !== undefined),
    )
    const promise = firstValueFrom(message$)
    // Prevents an unhandled rejection; the message contains the error.
    promise.catch(() => {})
    return promise
  }

  async function sendAll(isLockLost = () => false): Promise<void> {
    const detector = createBlockDetector(dependencies.clock)
    try {
      for (let message = findNext(); message && !isLockLost(); message = findNext())
        await sendOne(message, { isLockLost, detector })
    } finally {
      detector.reset()
    }
  }

  async function sendOne(
    { key, payload, metadata = {} }: PendingMessage,
    { isLockLost, detector }: { isLockLost: () => boolean; detector: BlockDetector },
  ): Promise<void> {
    detector.reset()
    const settled = whenSettled(key)
    const abort = new AbortController()
    settled.catch((reason: unknown) => abort.abort(reason))
    let isSending = false
    for (let attempt = 1; isPending(key); attempt++) {
      try {
        isSending = false
        if (maybeDelivered.has(key)) await history.refreshNewest()
        const blockedError = isPending(key) && detector.otherSucceeded()
        if (blockedError) return dispatchShared({ type: 'failed', key, error: blockedError })
        maybeDelivered.add(key)
        await save()
        if (isLockLost() || !isPending(key)) return
        const input = { conversationId: id, payload, metadata }
        isSending = true
        const sending = me.createMessage(input, { idempotencyKey: key, signal: abort.signal })
        // The echo confirms delivery as well: do not wait for a lost response.
        const message = await Promise.race([sending.then((response) => response.message), settled])
        return dispatchShared({ type: 'sent', key, message })
      } catch (cause) {
        if (abort.signal.aborted) return
        if (!isRetryable(cause) || (cause.status > 0 && attempt >= maxAttempts)) {
          const error = isChatError(cause) ? cause : new ChatError('Unknown', String(cause), { cause })
          return dispatchShared({ type: 'failed', key, error })
        }
        if (isSending) detector.sendFailed(cause)
        else detector.reset()
        // The echo may arrive during the backoff, or the user may discard the message: continue with the next one.
        await firstValueFrom(merge(backoff(dependencies, attempt, cause), settled)).catch(() => {})
      }
    }
  }

  return {
    send(payload, { metadata, key: providedKey } = {}) {
      const key = providedKey ?? createRandomId()
      // The caller may have sent the message before.
      if (providedKey !== undefined) maybeDelivered.add(providedKey)
      dispatchShared({ type: 'queued', messages: [{ key, payload, metadata }] })
      return whenSettled(key)
    },
    retry(key) {
      dispatchShared({ type: 'retried', key })
      return whenSettled(key)
    },
    discard: (key) => dispatchShared({ type: 'discarded', key }),
    setActive(value) {
      isActive = value
      void run()
    },
  }
}
