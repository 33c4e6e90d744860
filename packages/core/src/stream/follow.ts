import type { Client } from '../client/client.ts'
import { isChatError } from '../errors/chat-error.ts'
import { isRetryable } from '../http/retry.ts'
import { within } from '../time/within.ts'
import type { UserSignal } from './chat-signal.ts'
import type { ConnectionStatus } from './connection-status.ts'
import { holdLine } from './line.ts'
import { createMissed } from './missed.ts'
import { createProgress } from './progress.ts'
import type { StreamOptions } from './stream-options.ts'
import type { StreamTarget } from './stream-target.ts'
import { listenForWakes } from './wakes.ts'

const baseDelayMs = 500
const maxDelayMs = 30_000
/** More idle connections than this within the window are a loop: reconnecting then uses backoff. */
const maxIdle = 5
const idleWindowMs = 10_000
/** A server that asks for more is asked again all the same. */
const mostAskedMs = 300_000

/**
 * One stream over any number of connections. It reconnects at once after an open connection ended, as many platforms
 * end every response after some seconds. After a failed attempt it retries with full jitter; the limit doubles with
 * each attempt. It ends with the signal's reason, or with a permanent error.
 */
export async function* follow(
  client: Client,
  target: StreamTarget,
  options: Omit<StreamOptions, 'id'>,
): AsyncGenerator<UserSignal, void> {
  const { clock, random } = client
  const { name } = target
  const { after, signal, onStatus } = options
  const wakes = listenForWakes(client.watchers, options.onReconnectTrigger)
  const progress = createProgress(after)
  /** When the latest connections without a signal ended. */
  const idle: number[] = []
  /** Whether the latest attempt was made because a request got through. */
  let wasTold = false
  const fetching =
    name === 'listenConversation' && options.onGap !== 'report'
      ? createMissed(client, target, progress)
      : undefined
  const closed: Extract<ConnectionStatus, { state: 'closed' }> = { state: 'closed' }

  try {
    onStatus?.({ state: 'connecting' })
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      const line = { client, target, options, progress, wakes, fetching }
      const { cause, wasOpen, wasUseful } = yield* holdLine(line)
      signal?.throwIfAborted()
      if (!isRetryable(cause)) {
        if (isChatError(cause)) closed.cause = cause
        throw cause
      }

      const now = clock.now()
      const isTight =
        wasOpen && !wasUseful && idle.push(now) > maxIdle && now - (idle.shift() ?? 0) < idleWindowMs
      if (wasOpen && !isTight) {
        attempt = 1
        wasTold = false
      }
      const isOffline = globalThis.navigator?.onLine === false
      const askedMs = Math.min(cause.retryAfterMs ?? 0, mostAskedMs)
      const isAtOnce = wasOpen && !isTight && !isOffline && !askedMs
      const delayMs = isAtOnce ? 0 : random() * Math.min(maxDelayMs, baseDelayMs * 2 ** attempt)
      const timeoutMs = Math.max(askedMs, delayMs)
      onStatus?.(
        isOffline
          ? { state: 'offline' }
          : { state: 'reconnecting', attempt, retryAt: now + timeoutMs, cause },
      )
      if (isAtOnce) {
        attempt = 0
        continue
      }

      // Where only streams fail, or the server asked to wait, requests that get through must not become as many attempts.
      const mayBeTold = !wasTold && !askedMs
      const woken = () =>
        new Promise<'page' | 'told'>((resolve) =>
          wakes.listen((doubted) => {
            if (doubted === undefined) resolve('page')
            else if (!doubted && mayBeTold) resolve('told')
          }),
        )
      const by = await within({ name, clock, signal, timeoutMs }, woken).catch(() => '')
      wakes.listen()
      wasTold = by === 'told'
      if (!by) continue
      if (!wasTold) attempt = 1
      onStatus?.({ state: 'reconnecting', attempt, retryAt: clock.now(), cause })
    }
  } finally {
    wakes.stop()
    onStatus?.(closed)
  }
}
