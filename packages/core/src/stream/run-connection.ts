import type { Client } from '../client/client.ts'
import { validateSignal } from '../custom-types/validate.ts'
import { networkError, timeoutError } from '../errors/chat-error.ts'
import { createAsyncQueue } from './async-queue.ts'
import type { Backfill, MessageCreated } from './backfill.ts'
import type { UserSignal } from './chat-signal.ts'
import { dedupeKey, type DeliveryState } from './delivery-state.ts'
import { openConnection } from './open-connection.ts'
import type { ReconnectTriggers } from './reconnect-triggers.ts'
import type { StreamOptions } from './stream-options.ts'
import type { StreamItem, StreamReady } from './stream-parser.ts'
import type { StreamTarget } from './stream-target.ts'

interface RunOptions {
  client: Client
  target: StreamTarget
  options: Omit<StreamOptions, 'id'>
  delivery: DeliveryState
  triggers: ReconnectTriggers
  /** Undefined if gaps are only reported. */
  backfill: Backfill | undefined
}

/** Why a connection ended. */
interface ConnectionEnd {
  cause: unknown
  /** Whether the connection was established. */
  wasOpen: boolean
  /** Whether it delivered new signals. */
  hasNewSignals: boolean
}

/** Handles one item of the queue. Returns the end if the connection is lost. */
type Task = () => End | undefined

type End = Omit<ConnectionEnd, 'hasNewSignals'>

/**
 * Runs one connection until it is lost, and yields its signals. Missed messages come first. They are listed once the
 * stream is open, so that no message is lost between the two. Signals that arrive meanwhile are buffered.
 */
export async function* runConnection(run: RunOptions): AsyncGenerator<UserSignal, ConnectionEnd> {
  const { client, target, delivery, triggers, backfill } = run
  const { capabilities, clock, idleTimeoutMs } = client
  const { operation, conversationId } = target
  const { signal, onStatus, onReady, onPossibleGap } = run.options
  /** A health check treats longer silence as a lost connection. Servers ping more often than this. */
  const maxSilenceMs = idleTimeoutMs / 2

  const controller = new AbortController()
  signal?.addEventListener('abort', () => controller.abort(signal.reason), { signal: controller.signal })
  const queue = createAsyncQueue<Task>()
  const batches = open()
  /** The signals to yield next. */
  const output: UserSignal[] = []
  /** Signals that arrive while missed messages are being listed. */
  let buffered: UserSignal[] | undefined
  let backfilling: Promise<void> | undefined
  let isReading = false
  let readStartedAt = 0
  let openedAt = Infinity
  let isResumable = false
  let hasNewSignals = false
  let readEnd: End | undefined

  async function* open(): AsyncGenerator<StreamItem[], void> {
    await capabilities.whenLoaded(controller.signal)
    isResumable = capabilities.has('resume')
    await backfill?.recordStartTime(controller.signal)
    yield* openConnection(client, target, { isResumable, lastId: delivery.lastId, signal: controller.signal })
  }

  function read(): void {
    isReading = true
    readStartedAt = clock.now()
    const end = async (cause: unknown): Promise<void> => {
      readEnd = endWith(cause)
      // The buffered signals arrived before this end: deliver them first.
      await backfilling
      queue.push(() => readEnd)
    }
    batches.next().then(({ done, value }) => {
      if (done) return end(networkError(operation, 'the stream ended'))
      return queue.push(() => handleItems(value))
    }, end)
  }

  function handleItems(items: StreamItem[]): undefined {
    isReading = false
    for (const item of items) {
      if (item.type === 'ready') markOpen(item.data)
      else {
        markOpen({ state: 'fresh' })
        ;(buffered ?? output).push(item)
      }
    }
  }

  /**
   * Handles the first `ready` event, or the first signal, which implies an open stream. Later calls only update the
   * position.
   */
  function markOpen(ready: StreamReady): void {
    const { state, id } = ready
    delivery.lastId = id ?? delivery.lastId
    if (openedAt < Infinity) return
    const hasGap = delivery.hasStarted && state !== 'resumed'
    delivery.hasStarted = true
    openedAt = clock.now()
    triggers.setHandler((silentSince) => queue.push(() => checkHealth(silentSince)))
    onStatus?.({ state: 'online' })
    onReady?.({ ...ready, state: hasGap ? 'reset' : state })
    if (hasGap) {
      delivery.needsBackfill = true
      const cause = isResumable ? 'reset' : 'no_replay'
      output.push({ type: 'discontinuity', data: { ...(conversationId && { conversationId }), cause } })
    }
    if (delivery.needsBackfill) startBackfill()
  }

  function startBackfill(): void {
    if (!backfill || buffered) return
    buffered = []
    delivery.needsBackfill = true
    backfilling = backfill.listMissed(controller.signal).then(
      (messages) => queue.push(() => mergeMissed(messages)),
      (cause: unknown) => queue.push(() => endWith(cause)),
    )
  }

  /** Merges by time: the list can contain messages that are newer than the signals that have arrived so far. */
  function mergeMissed(messages: MessageCreated[]): undefined {
    const arrived = buffered ?? []
    const missing = messages.filter(
      (message) => !arrived.some((item) => dedupeKey(item) === dedupeKey(message)),
    )
    // Signals without a time keep their place.
    const getTime = ({ data }: UserSignal) => (data as { createdAt?: string } | null)?.createdAt ?? ''
    const pushOlder = (time = '~'): void => {
      while (missing[0] && missing[0].data.createdAt < time) output.push(...missing.splice(0, 1))
    }
    pushOlder(arrived.map(getTime).find(Boolean))
    for (const item of arrived) {
      pushOlder(getTime(item))
      output.push(item)
    }
    pushOlder()
    buffered = undefined
    delivery.needsBackfill = false
  }

  function checkHealth(silentSince?: number): End | undefined {
    const now = clock.now()
    if (readEnd || readStartedAt <= (silentSince ?? now - maxSilenceMs))
      return readEnd ?? endWith(timeoutError(operation, now - readStartedAt))
    if (isResumable || silentSince !== undefined) return undefined
    if (backfill) startBackfill()
    else onPossibleGap?.()
    return undefined
  }

  function endWith(cause: unknown): End {
    return { cause, wasOpen: openedAt < Infinity }
  }

  try {
    for (;;) {
      if (!isReading) read()
      const task = await queue.next()
      const end = task()
      for (const item of output.splice(0)) {
        signal?.throwIfAborted()
        backfill?.recordUser(item)
        if (!delivery.markSeen(item)) continue
        hasNewSignals ||= !/^(unknown|discontinuity)$/.test(item.type)
        yield client.schemas ? await validateSignal(item, client.schemas) : item
      }
      if (end) return { ...end, hasNewSignals }
    }
  } finally {
    triggers.setHandler()
    controller.abort()
    void batches.return().catch(() => {})
  }
}
