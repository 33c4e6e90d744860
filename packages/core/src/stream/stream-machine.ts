import { isRetryable, timeoutError, type ChatError } from '../errors/chat-error.ts'
import { mergeMissed, type MessageCreated } from './backfill.ts'
import { dedupeKey, type UserSignal } from './chat-signal.ts'
import type { Batch, StreamReady } from './open-connection.ts'

/** The state of a stream's connection, discriminated by `state`. */
export type ConnectionStatus =
  /** The first attempt is in flight. */
  | { state: 'connecting' }
  | { state: 'online' }
  /**
   * The connection was lost or could not be opened. `attempt` counts from 1 since the last healthy connection;
   * `retryAt` (milliseconds since 1970) is in the past while the attempt is in flight.
   */
  | { state: 'reconnecting'; attempt: number; retryAt: number; cause: ChatError }
  /** The browser reports no network. The stream still retries. */
  | { state: 'offline' }
  /** The stream has ended: it was stopped, or failed with the permanent error `cause`. */
  | { state: 'closed'; cause?: ChatError }

/** What happens to a stream. Events of an earlier connection must not be passed on. */
export type StreamEvent =
  | Batch
  /** The connection failed, or the server ended it. */
  | { type: 'ended'; cause: unknown }
  /** The messages that the effect `list` asked for. */
  | { type: 'listed'; messages: MessageCreated[] }
  | { type: 'listFailed'; cause: unknown }
  /** See `ReconnectTrigger`. */
  | { type: 'triggered'; silentSince: number | undefined }
  /** The delay of the effect `wait` is over. */
  | { type: 'waited' }

/** What the owner of the machine must do, in order. */
export type StreamEffect =
  /** Opens a connection instead of the current one. */
  | { type: 'connect'; lastId: string | undefined }
  /** Closes the connection, and waits before the next attempt. Ends with the next `connect`. */
  | { type: 'wait'; delayMs: number }
  /** Lists the missed messages while the connection is open. */
  | { type: 'list' }
  | { type: 'deliver'; signal: UserSignal }
  /** The connection is open. */
  | { type: 'opened'; ready: StreamReady }
  | { type: 'status'; status: ConnectionStatus }
  | { type: 'possibleGap' }
  /** The stream ends with a permanent error. */
  | { type: 'fail'; cause: unknown }

/** The world at the time of an event. */
export interface StreamEnvironment {
  now: number
  /** When the owner began to wait for the next batch of the connection. */
  readingSince: number
  isOffline: boolean
}

export interface StreamMachine {
  handle: (event: StreamEvent, environment: StreamEnvironment) => StreamEffect[]
  /** Whether a message was delivered, among the newest 1,000 signals. */
  hasSeen: (messageId: string) => boolean
}

interface StreamMachineOptions {
  operation: string
  /** The conversation to name in a `discontinuity`. */
  conversationId?: string | undefined
  /** The position to resume after. */
  after: string | undefined
  /** Whether missed messages are listed, rather than only reported. */
  canBackfill: boolean
  /** A reconnect trigger treats half of this silence as a lost connection. Servers ping more often than that. */
  idleTimeoutMs: number
  /** Returns random numbers from 0 to 1, for the jitter of delays. */
  random: () => number
}

/** `attempt` counts from 1 since the last healthy connection. */
type State =
  /** An attempt is in flight. A trigger meanwhile is handled once its outcome is known. */
  | { phase: 'connecting'; attempt: number; isTriggered: boolean }
  | OpenState
  /** Waits before the next attempt. A successful request ends the wait only if `acceptsRequests`. */
  | { phase: 'waiting'; attempt: number; cause: ChatError; acceptsRequests: boolean }
  | { phase: 'closed' }

interface OpenState {
  phase: 'open'
  attempt: number
  isResumable: boolean
  /** Whether this connection delivered signals that no other had delivered. */
  hasNewSignals: boolean
  /** The signals that arrived while missed messages are being listed, which come first. */
  buffered?: UserSignal[] | undefined
  /** The end of the connection, handled after the list: the buffered signals arrived before it. */
  end?: { cause: unknown }
}

const baseDelayMs = 500
const maxDelayMs = 30_000
/** More connections without a new signal than this within the window are a loop: back off before reconnecting. */
const maxIdleConnections = 5
const idleWindowMs = 10_000
/** Caps `retry-after`: the stream retries after this time even if the server asks for more. */
const maxRetryAfterMs = 300_000
const maxSeen = 1_000

/**
 * Decides what a stream does: the only place where its state changes. Does no I/O and reads no clock. It starts with
 * the state `connecting`: its owner opens the first connection.
 *
 * connecting → open → (connecting | waiting → connecting) …, until a permanent error closes it. Reconnects at once
 * after an open connection ended, as many platforms end every response after a few seconds. After a failed attempt it
 * backs off with full jitter; the upper bound doubles with each attempt. Each signal is delivered once, in order;
 * missed messages come before the signals of the connection that follows a gap.
 */
export function createStreamMachine(options: StreamMachineOptions): StreamMachine {
  const { operation, conversationId, after, canBackfill, idleTimeoutMs, random } = options
  let state: State = { phase: 'connecting', attempt: 1, isTriggered: false }
  // Of the event that is being handled.
  let effects: StreamEffect[] = []
  let now = 0
  let readingSince = 0
  let isOffline = false

  // What the stream remembers across connections.
  /** The position to resume after. */
  let lastId = after
  /** Whether there was a position or an open connection before: a connection that does not resume then has a gap. */
  let hasStarted = after !== undefined
  /** Whether missed messages must still be listed. */
  let needsBackfill = false
  /** The signals that arrived before a list failed on a server without replay, which does not send them again. */
  let retained: UserSignal[] = []
  /** The keys of the newest signals that were delivered. */
  const seen = new Set<string>()
  /** The times at which the latest connections without a new signal ended. */
  const idleEnds: number[] = []
  /** Whether the latest attempt was triggered by a successful request. */
  let wasTriggeredByRequest = false

  function handle(event: StreamEvent, environment: StreamEnvironment): StreamEffect[] {
    effects = []
    ;({ now, readingSince, isOffline } = environment)
    switch (event.type) {
      case 'received':
        receive(event)
        break
      case 'ended':
        if (state.phase === 'open' && state.buffered) state.end = { cause: event.cause }
        else lose(event.cause)
        break
      case 'listed':
        if (state.phase === 'open') merge(state, event.messages)
        break
      case 'listFailed':
        lose(event.cause)
        break
      case 'triggered':
        trigger(event.silentSince)
        break
      case 'waited':
        if (state.phase !== 'waiting') break
        wasTriggeredByRequest = false
        connect(state.attempt + 1)
    }
    return effects
  }

  function connect(attempt: number): void {
    state = { phase: 'connecting', attempt, isTriggered: false }
    effects.push({ type: 'connect', lastId })
  }

  function receive({ items, isResumable }: Batch): void {
    const wasTriggered = state.phase === 'connecting' && state.isTriggered
    for (const item of items) {
      const isReady = item.type === 'ready'
      if (isReady) lastId = item.data.id ?? lastId
      // A signal implies an open stream too. Only the first `ready` opens it.
      if (state.phase === 'connecting')
        open(state.attempt, isReady ? item.data : { state: 'fresh' }, isResumable)
      if (isReady || state.phase !== 'open') continue
      if (state.buffered) state.buffered.push(item)
      else deliver(state, item)
    }
    if (wasTriggered && state.phase === 'open') checkForGap(state)
  }

  function open(attempt: number, ready: StreamReady, isResumable: boolean): void {
    const opened: OpenState = { phase: 'open', attempt, isResumable, hasNewSignals: false }
    const hasGap = hasStarted && ready.state !== 'resumed'
    state = opened
    hasStarted = true
    effects.push({ type: 'opened', ready: hasGap ? { ...ready, state: 'reset' } : ready })
    if (hasGap) {
      needsBackfill = true
      const cause = isResumable ? 'reset' : 'no_replay'
      deliver(opened, { type: 'discontinuity', data: { ...(conversationId && { conversationId }), cause } })
    }
    if (needsBackfill) startBackfill(opened)
  }

  function startBackfill(opened: OpenState): void {
    if (!canBackfill || opened.buffered) return
    opened.buffered = retained.splice(0)
    needsBackfill = true
    effects.push({ type: 'list' })
  }

  function merge(opened: OpenState, messages: MessageCreated[]): void {
    const merged = mergeMissed(opened.buffered ?? [], messages)
    opened.buffered = undefined
    needsBackfill = false
    for (const signal of merged) deliver(opened, signal)
    if (opened.end) lose(opened.end.cause)
  }

  /** Delivers a signal unless it was delivered before. */
  function deliver(opened: OpenState, signal: UserSignal): void {
    lastId = signal.id ?? lastId
    const key = dedupeKey(signal)
    if (key) {
      if (seen.has(key)) return
      seen.add(key)
      const [oldest = ''] = seen
      if (seen.size > maxSeen) seen.delete(oldest)
    }
    opened.hasNewSignals ||= !/^(unknown|discontinuity)$/.test(signal.type)
    effects.push({ type: 'deliver', signal })
  }

  function trigger(silentSince: number | undefined): void {
    if (state.phase === 'connecting') state.isTriggered ||= silentSince === undefined
    else if (state.phase === 'open') {
      const isLost = readingSince <= (silentSince ?? now - idleTimeoutMs / 2)
      if (state.end) lose(state.end.cause)
      else if (isLost) lose(timeoutError(operation, now - readingSince))
      else if (silentSince === undefined) checkForGap(state)
    } else if (state.phase === 'waiting') {
      const isRequest = silentSince === 0 && state.acceptsRequests
      if (silentSince !== undefined && !isRequest) return
      wasTriggeredByRequest = isRequest
      const { cause } = state
      const attempt = isRequest ? state.attempt : 1
      effects.push({ type: 'status', status: { state: 'reconnecting', attempt, retryAt: now, cause } })
      connect(attempt + 1)
    }
  }

  /** A server without replay can lose signals unnoticed while a connection stays open. */
  function checkForGap(opened: OpenState): void {
    if (opened.isResumable) return
    if (canBackfill) startBackfill(opened)
    else effects.push({ type: 'possibleGap' })
  }

  /** Leaves the connection, and waits if the next attempt must not follow at once. */
  function lose(cause: unknown): void {
    if (state.phase === 'waiting' || state.phase === 'closed') return
    const lost = state
    if (!isRetryable(cause)) {
      state = { phase: 'closed' }
      effects.push({ type: 'fail', cause })
      return
    }

    // Each connection announces its open message streams again.
    if (lost.phase === 'open' && !lost.isResumable && lost.buffered)
      retained = lost.buffered.filter(({ type }) => type !== 'message_stream_delta')
    const isLoop =
      lost.phase === 'open' &&
      !lost.hasNewSignals &&
      idleEnds.push(now) > maxIdleConnections &&
      now - (idleEnds.shift() ?? 0) < idleWindowMs
    const wasHealthy = lost.phase === 'open' && !isLoop
    if (wasHealthy) wasTriggeredByRequest = false
    const attempt = wasHealthy ? 1 : lost.attempt
    const retryAfterMs = Math.min(cause.retryAfterMs ?? 0, maxRetryAfterMs)
    const isImmediate = wasHealthy && !isOffline && !retryAfterMs
    const backoffMs = random() * Math.min(maxDelayMs, baseDelayMs * 2 ** attempt)
    const delayMs = isImmediate ? 0 : Math.max(retryAfterMs, backoffMs)
    if (isImmediate) connect(1)
    else {
      // If only streams fail, or the server sent `retry-after`, not every successful request may cause an attempt.
      const acceptsRequests = !wasTriggeredByRequest && !retryAfterMs
      state = { phase: 'waiting', attempt, cause, acceptsRequests }
      effects.push({ type: 'wait', delayMs })
    }
    effects.push({
      type: 'status',
      status: isOffline
        ? { state: 'offline' }
        : { state: 'reconnecting', attempt, retryAt: now + delayMs, cause },
    })
    if (lost.phase === 'connecting' && lost.isTriggered) trigger(undefined)
  }

  return { handle, hasSeen: (messageId) => seen.has(`message_created ${messageId}`) }
}
