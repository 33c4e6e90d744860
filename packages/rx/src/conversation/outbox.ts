import { ChatError, isChatError, isRetryable, type Clock, type Message, type Payload } from '@parley/core'
import { distinctUntilChanged, firstValueFrom, map, merge, pairwise } from 'rxjs'
import { createRandomId } from '../create-random-id.ts'
import { resolveTabCoordinator, type SharedOutbox, type TabCoordinator } from '../tabs/tab-coordinator.ts'
import { backoff } from '../time/retry-policy.ts'
import type { PendingMessage } from '../timeline/chat-message.ts'
import { findByKey } from '../timeline/stored-messages.ts'
import type { SendAction } from '../timeline/timeline.ts'
import type { ConversationContext } from './conversation-context.ts'
import type { ConversationOptions } from './conversation-options.ts'
import type { History } from './history.ts'
import { createOutboxPersistence } from './outbox-persistence.ts'

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
  context: ConversationContext,
  { storage, tabs, history }: OutboxOptions,
): Outbox {
  const { me, id, timeline } = context
  const persistence = createOutboxPersistence(storage, `parley:outbox:${me.url}:${me.user.id}:${id}`)
  /** The keys of messages that the server may have stored. */
  const maybeDelivered = new Set<string>()
  let joining: Promise<SharedOutbox | undefined> | undefined
  let isActive = false
  let isRunning = false

  const waiting = new Set<Waiter>()
  let saving: Promise<void> | undefined

  timeline.value$
    .pipe(
      map(({ pending }) => pending),
      distinctUntilChanged(),
      pairwise(),
    )
    .subscribe(([previous, pending]) => {
      // Adding messages settles none: thousands can be sent at once.
      if (!startsWith(pending, previous)) settleAll()
      void save()
      // Another tab may have sent or discarded the last message: leave the shared outbox.
      if (pending.length === 0) void run()
    })

  /** Concurrent calls share one write of the latest state. */
  function save(): Promise<void> {
    saving ??= Promise.resolve().then(() => {
      saving = undefined
      return persistence.save(timeline.value.pending, maybeDelivered)
    })
    return saving
  }

  const findNext = (): PendingMessage | undefined =>
    timeline.value.pending.find(({ status }) => status === 'sending')
  const isPending = (key: string): boolean => timeline.value.pending.some((message) => message.key === key)
  const joinOnce = (): Promise<SharedOutbox | undefined> => (joining ??= join())

  async function join(): Promise<SharedOutbox | undefined> {
    const sharedOutbox = await joinTabs()
    const restored = await persistence.load()
    // Another tab may be sending the message right now.
    for (const { key, isStarted } of restored) if (isStarted || sharedOutbox) maybeDelivered.add(key)
    // Includes known messages: the stored order is the sending order.
    timeline.dispatch({ type: 'queued', messages: restored, isRestored: true })
    // Removes delivered messages from the storage, so that a later visit does not send them again.
    if (restored[0]) void save()
    return sharedOutbox
  }

  /** A page that is not allowed to share with other tabs sends independently. */
  async function joinTabs(): Promise<SharedOutbox | undefined> {
    try {
      const { dispatch } = timeline
      const ownOutbox = { getTimeline: () => timeline.value, dispatch, maybeDelivered, run: () => void run() }
      return (await resolveTabCoordinator(tabs))?.joinOutbox(me, ownOutbox)
    } catch {
      return undefined
    }
  }

  function dispatchShared(action: SendAction): void {
    void joinOnce().then((sharedOutbox) => sharedOutbox?.post(action))
    timeline.dispatch(action)
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
          await firstValueFrom(backoff(context, attempt, {}))
        }
      }
      if (isActive || timeline.value.pending.length > 0) return
      sharedOutbox?.leave()
      joining = undefined
    } finally {
      isRunning = false
    }
  }

  /** Settles with the result in the timeline, even if another tab sends or discards the message. */
  function whenSettled(key: string): Promise<Message> {
    const promise = new Promise<Message>((resolve, reject) => {
      const waiter = { key, resolve, reject }
      waiting.add(waiter)
      settle(
        waiter,
        timeline.value.pending.findLast((message) => message.key === key),
      )
    })
    // Prevents an unhandled rejection; the message contains the error.
    promise.catch(() => {})
    return promise
  }

  function settle(waiter: Waiter, pendingMessage: PendingMessage | undefined): void {
    const message = pendingMessage ?? findByKey(timeline.value, waiter.key)
    if (message?.status === 'sending') return
    waiting.delete(waiter)
    if (message?.status === 'sent') waiter.resolve(message)
    else waiter.reject(message?.error ?? new DOMException('Discarded', 'AbortError'))
  }

  function settleAll(): void {
    const pending = new Map(timeline.value.pending.map((message) => [message.key, message]))
    for (const waiter of waiting) settle(waiter, pending.get(waiter.key))
  }

  async function sendAll(isLockLost = () => false): Promise<void> {
    const detector = createBlockDetector(context.clock)
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
        await firstValueFrom(merge(backoff(context, attempt, cause), settled)).catch(() => {})
      }
    }
  }

  return {
    send(payload, { metadata, key: providedKey } = {}) {
      const isNew = providedKey === undefined
      const key = providedKey ?? createRandomId()
      // The caller may have sent the message before.
      if (!isNew) maybeDelivered.add(key)
      dispatchShared({ type: 'queued', messages: [{ key, payload, metadata }], isNew })
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

/** Waits until a message is stored or has failed. */
interface Waiter {
  readonly key: string
  readonly resolve: (message: Message) => void
  readonly reject: (cause: Error) => void
}

function startsWith<Item>(list: readonly Item[], start: readonly Item[]): boolean {
  return list.length > start.length && list[start.length - 1] === start.at(-1)
}

const minTries = 5
const minMs = 30_000

/**
 * Detects that a firewall or proxy refuses one message although the browser hides its response and reports a network
 * failure: the network itself works if another request of the same client succeeded after each attempt.
 */
export interface BlockDetector {
  /** An attempt to send the message failed. */
  sendFailed: (cause: ChatError) => void
  /**
   * Another request succeeded since. Returns the error of the message once enough attempts have failed over a long
   * enough time.
   */
  otherSucceeded: () => ChatError | undefined
  /** Another request failed as well, or the message is settled: forgets all attempts. */
  reset: () => void
}

export function createBlockDetector(clock: Clock): BlockDetector {
  let tries = 0
  let isLongEnough = false
  let latest: ChatError | undefined
  let stopTimer: (() => void) | undefined

  function reset(): void {
    stopTimer?.()
    stopTimer = latest = undefined
    tries = 0
    isLongEnough = false
  }

  return {
    sendFailed(cause) {
      if (!/^(NetworkFailed|TimedOut)$/.test(cause.type)) return reset()
      latest = cause
      // A timer, not the clock, which may be set back.
      stopTimer ??= clock.after(minMs, () => (isLongEnough = true))
    },
    otherSucceeded() {
      const cause = latest
      if (!cause) return undefined
      latest = undefined
      tries++
      return tries >= minTries && isLongEnough
        ? new ChatError(cause.type, `${cause.message} ${blocked}`, { cause })
        : undefined
    },
    reset,
  }
}

const blocked =
  'Other requests succeeded, so a firewall or proxy may block this message. Change it, or use another network.'
