import { filter, Subscription, switchMap, take, takeUntil } from 'rxjs'
import type { QueuedMessage, SendAction } from '../timeline/timeline.ts'
import {
  deserializeError,
  openChannel,
  serializeError,
  type Channel,
  type SerializedError,
} from './channel.ts'
import { electLeader } from './leader-election.ts'
import type { SharedOutbox, TabOutbox } from './tab-coordinator.ts'
import type { TabEnvironment } from './tab-environment.ts'

/** If another tab has not sent its messages by then, this tab waits for the leadership to send them itself. */
const takeoverDelayMs = 1_000

type OutboxMessage =
  /** Requests the pending messages of the other tabs. They respond with `queued`. */
  | { type: 'get_state' }
  | { type: 'queued'; messages: readonly SerializedMessage[] }
  | { type: 'failed'; key: string; error: SerializedError }
  | Exclude<SendAction, { type: 'queued' | 'failed' }>

interface SerializedMessage extends Omit<QueuedMessage, 'error'> {
  error: SerializedError | undefined
  /** Sending has started, so the server may have stored the message. */
  isStarted: boolean
}

export interface TabOutboxOptions {
  /** Only the tab with this lock sends. */
  lockName: string
  channelName: string
  outbox: TabOutbox
}

/** Shares an outbox among tabs: each action reaches all of them, and only the leader sends. */
export function joinTabOutbox(
  environment: TabEnvironment,
  { lockName, channelName, outbox }: TabOutboxOptions,
): SharedOutbox {
  const { pageActive$, clock } = environment
  const { getTimeline, dispatch, maybeDelivered, run } = outbox
  const hasUnsent = (): boolean => getTimeline().pending.some(({ status }) => status === 'sending')
  let channel: Channel<OutboxMessage> | undefined
  let isLeader = false
  let hasLeft = false

  function handleMessage(message: OutboxMessage): void {
    if (message.type === 'get_state') return sendState()
    if (message.type === 'queued') add(message.messages)
    else
      dispatch(message.type === 'failed' ? { ...message, error: deserializeError(message.error) } : message)
    if (hasUnsent()) clock.after(takeoverDelayMs, () => !hasLeft && hasUnsent() && run())
  }

  function sendState(): void {
    const messages = getTimeline().pending.map((message) => serialize(message))
    if (messages.length > 0) channel?.post({ type: 'queued', messages })
  }

  function add(serialized: readonly SerializedMessage[]): void {
    const { pending } = getTimeline()
    const unknown = serialized.filter(({ key }) => !pending.some((message) => message.key === key))
    // If this tab is not the leader, the leader may be sending the message right now.
    for (const { key, isStarted } of unknown) if (isStarted || !isLeader) maybeDelivered.add(key)
    if (unknown.length > 0) dispatch({ type: 'queued', messages: serialized.map(deserialize) })
  }

  function serialize({ key, payload, metadata, error }: QueuedMessage): SerializedMessage {
    const serializedError = error && serializeError(error)
    return { key, payload, metadata, error: serializedError, isStarted: maybeDelivered.has(key) }
  }

  function close(): void {
    channel?.close()
    channel = undefined
  }

  const markAllMaybeDelivered = (): void =>
    getTimeline().pending.forEach(({ key }) => maybeDelivered.add(key))

  const subscription = pageActive$.subscribe((isActive) => {
    close()
    // Another tab may send them while this page is frozen.
    if (!isActive) return markAllMaybeDelivered()
    channel = openChannel(environment, channelName, handleMessage)
    channel.post({ type: 'get_state' })
  })

  return {
    post(action) {
      if (action.type === 'queued')
        channel?.post({ type: 'queued', messages: action.messages.map(serialize) })
      else
        channel?.post(action.type === 'failed' ? { ...action, error: serializeError(action.error) } : action)
    },

    runExclusive: (work) =>
      new Promise((resolve, reject) => {
        const leadership = new Subscription()
        const frozen$ = pageActive$.pipe(filter((isActive) => !isActive))
        const elected$ = pageActive$.pipe(
          filter(Boolean),
          take(1),
          switchMap(() => electLeader(environment, lockName).pipe(takeUntil(frozen$))),
        )
        async function lead({ wasContended }: { wasContended: boolean }): Promise<void> {
          isLeader = true
          if (wasContended) markAllMaybeDelivered()
          try {
            await work(() => leadership.closed)
          } finally {
            isLeader = false
            leadership.unsubscribe()
          }
        }
        leadership.add(
          elected$.subscribe({
            next: (election) => void lead(election).then(resolve, reject),
            complete() {
              leadership.unsubscribe()
              if (!isLeader) resolve()
            },
          }),
        )
      }),

    leave() {
      hasLeft = true
      subscription.unsubscribe()
      close()
    },
  }
}

function deserialize({ error, ...message }: SerializedMessage): QueuedMessage {
  return { ...message, error: error && deserializeError(error) }
}
