import type { Client } from '../client/client.ts'
import { isChatError } from '../errors/chat-error.ts'
import { isRetryable } from '../errors/chat-error.ts'
import { withTimeout } from '../time/clock.ts'
import { createBackfill } from './backfill.ts'
import type { UserSignal } from './chat-signal.ts'
import type { ConnectionStatus } from './connection-status.ts'
import { createDeliveryState } from './delivery-state.ts'
import { createReconnectTriggers } from './reconnect-triggers.ts'
import { runConnection } from './run-connection.ts'
import type { StreamOptions } from './stream-options.ts'
import type { StreamTarget } from './stream-target.ts'

const baseDelayMs = 500
const maxDelayMs = 30_000
/** More connections without a new signal than this within the window are a loop: back off before reconnecting. */
const maxIdleConnections = 5
const idleWindowMs = 10_000
/** Caps `retry-after`: the stream retries after this time even if the server asks for more. */
const maxRetryAfterMs = 300_000

/**
 * Streams signals over any number of connections. Reconnects at once after an open connection ended, as many platforms
 * end every response after a few seconds. After a failed attempt it backs off with full jitter; the upper bound doubles
 * with each attempt. Throws the signal's reason, or a permanent error.
 */
export async function* streamWithReconnect(
  client: Client,
  target: StreamTarget,
  options: Omit<StreamOptions, 'id'>,
): AsyncGenerator<UserSignal, void> {
  const { clock, random } = client
  const { operation } = target
  const { after, signal, onStatus } = options
  const triggers = createReconnectTriggers(client.streamTriggers, options.onReconnectTrigger)
  const delivery = createDeliveryState(after)
  /** The times at which the latest connections without a new signal ended. */
  const idleEnds: number[] = []
  /** Whether the latest attempt was triggered by a successful request. */
  let wasTriggeredByRequest = false
  const backfill =
    operation === 'listenConversation' && options.onGap !== 'report'
      ? createBackfill(client, target, delivery)
      : undefined
  const closed: Extract<ConnectionStatus, { state: 'closed' }> = { state: 'closed' }

  try {
    onStatus?.({ state: 'connecting' })
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      const run = { client, target, options, delivery, triggers, backfill }
      const { cause, wasOpen, hasNewSignals } = yield* runConnection(run)
      signal?.throwIfAborted()
      if (!isRetryable(cause)) {
        if (isChatError(cause)) closed.cause = cause
        throw cause
      }

      const now = clock.now()
      const isLoop =
        wasOpen &&
        !hasNewSignals &&
        idleEnds.push(now) > maxIdleConnections &&
        now - (idleEnds.shift() ?? 0) < idleWindowMs
      if (wasOpen && !isLoop) {
        attempt = 1
        wasTriggeredByRequest = false
      }
      const isOffline = globalThis.navigator?.onLine === false
      const retryAfterMs = Math.min(cause.retryAfterMs ?? 0, maxRetryAfterMs)
      const isImmediate = wasOpen && !isLoop && !isOffline && !retryAfterMs
      const backoffMs = isImmediate ? 0 : random() * Math.min(maxDelayMs, baseDelayMs * 2 ** attempt)
      const timeoutMs = Math.max(retryAfterMs, backoffMs)
      onStatus?.(
        isOffline
          ? { state: 'offline' }
          : { state: 'reconnecting', attempt, retryAt: now + timeoutMs, cause },
      )
      if (isImmediate) {
        attempt = 0
        continue
      }

      // If only streams fail, or the server sent `retry-after`, a successful request must not cause an attempt each
      // time.
      const acceptsRequests = !wasTriggeredByRequest && !retryAfterMs
      const nextTrigger = () =>
        new Promise<'page' | 'request'>((resolve) =>
          triggers.setHandler((silentSince) => {
            if (silentSince === undefined) resolve('page')
            else if (!silentSince && acceptsRequests) resolve('request')
          }),
        )
      const trigger = await withTimeout({ operation, clock, signal, timeoutMs }, nextTrigger).catch(() => '')
      triggers.setHandler()
      wasTriggeredByRequest = trigger === 'request'
      if (!trigger) continue
      if (!wasTriggeredByRequest) attempt = 1
      onStatus?.({ state: 'reconnecting', attempt, retryAt: clock.now(), cause })
    }
  } finally {
    triggers.stop()
    onStatus?.(closed)
  }
}
