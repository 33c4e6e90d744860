import type { Client } from '../client/client.ts'
import type { WithCustomTypes } from '../custom-types/custom-types.ts'
import { validateSignal } from '../custom-types/validate.ts'
import type { ChatError } from '../errors/chat-error.ts'
import { throwIfAborted } from '../time/clock.ts'
import { createBackfill } from './backfill.ts'
import type { UserSignal } from './chat-signal.ts'
import { openConnection, type Batch, type StreamReady, type StreamTarget } from './open-connection.ts'
import { subscribeToTriggers } from './reconnect-triggers.ts'
import { createStreamMachine, type ConnectionStatus, type StreamEvent } from './stream-machine.ts'

/** Options of `listenUser`. */
export interface UserStreamOptions {
  /**
   * The `id` of the last signal already seen: missed signals come first. The stream of a conversation also accepts the
   * `id` of a message, such as one that was just sent. If the server cannot resume from there, the stream starts with a
   * `discontinuity`, followed by the messages since. Default: new signals only.
   */
  after?: string | undefined
  /** Ends the stream, which then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called each time the state of the connection changes. */
  onStatus?: (status: ConnectionStatus) => void
  /**
   * Called each time a connection opens, before its first signal. The server then announces again each message that it
   * is still streaming: discard the deltas received so far.
   */
  onReady?: (ready: StreamReady) => void
  /**
   * Subscribes to a source of reconnect triggers: call `reconnect` when connecting may succeed, and return a function
   * that unsubscribes. A waiting stream then reconnects now; an open one checks that its connection is healthy. The
   * browser's `online` event and a page that becomes visible trigger this by default.
   */
  onReconnectTrigger?: (reconnect: () => void) => () => void
}

/** Options of `listenConversation`. */
export interface StreamOptions extends UserStreamOptions {
  /** The conversation's id. */
  id: string
  /**
   * What to do about missed messages that the server cannot replay. `backfill` lists them and delivers them as
   * `message_created`, at most the newest 1,000. `report` only sends a `discontinuity`. Default: `backfill`.
   */
  onGap?: 'backfill' | 'report'
  /**
   * Called after a reconnect trigger on an open, healthy connection, if the server has no replay: such servers can lose
   * signals unnoticed. Compare with `listMessages`. Only with `onGap: 'report'`, as `backfill` does that itself.
   */
  onPossibleGap?: () => void
}

/** Creates an iterable of signals. Each iteration opens a stream and closes it when the iteration ends. */
export function createSignalStream<Signal extends UserSignal, Schemas>(
  client: Client,
  target: StreamTarget,
  options: Omit<StreamOptions, 'id'>,
): AsyncIterable<WithCustomTypes<Signal, Schemas>> {
  return {
    [Symbol.asyncIterator]() {
      const ended = new AbortController()
      // Only user streams carry conversation_added and conversation_removed, and the app's schemas have been applied.
      const signals = streamSignals(
        client,
        target,
        options,
        ended,
      ) as AsyncGenerator<unknown> as AsyncGenerator<WithCustomTypes<Signal, Schemas>>
      const finish = signals.return.bind(signals)
      // The generator's own `return` would wait for the next signal if a `next` is pending.
      signals.return = (value) => {
        ended.abort()
        return finish(value)
      }
      return signals
    },
  }
}

interface Connection {
  controller: AbortController
  batches: AsyncGenerator<Batch, void>
  /** When the next batch was requested; undefined if the latest was handled and no other was requested. */
  readingSince?: number | undefined
}

/** An event, and the connection that caused it. Events of an earlier connection are dropped. */
type QueuedEvent = [event: StreamEvent, from: Connection | undefined]

/**
 * Runs a stream: passes what happens to its state machine, and does what the machine decides. Ends when `ended` aborts.
 * Throws the signal's reason, or a permanent error.
 */
async function* streamSignals(
  client: Client,
  target: StreamTarget,
  options: Omit<StreamOptions, 'id'>,
  ended: AbortController,
): AsyncGenerator<UserSignal, void> {
  const { clock, schemas } = client
  const { after, signal, onStatus, onReady, onPossibleGap, onReconnectTrigger } = options
  const canBackfill = target.operation === 'listenConversation' && options.onGap !== 'report'
  const machine = createStreamMachine({ ...client, ...target, after, canBackfill })
  const backfill = createBackfill(client, target, { after, hasSeen: machine.hasSeen })
  const queue: QueuedEvent[] = []
  let wake = (): void => {}
  const push = (event: StreamEvent, from?: Connection): void => {
    queue.push([event, from])
    wake()
  }
  const end = (): void => ended.abort()
  let connection: Connection | undefined
  let cancelWait = (): void => {}
  let closed: ConnectionStatus = { state: 'closed' }

  /** Adds a trigger unless the same one is waiting already: a consumer that does not read must not collect them. */
  function trigger(silentSince: number | undefined): void {
    const isWaiting = ([event]: QueuedEvent): boolean =>
      event.type === 'triggered' && event.silentSince === silentSince
    if (!queue.some(isWaiting)) push({ type: 'triggered', silentSince })
  }

  function connect(lastId: string | undefined): void {
    const controller = new AbortController()
    const batches = openConnection(client, target, {
      lastId,
      signal: controller.signal,
      beforeOpen: canBackfill ? backfill.recordStartTime : undefined,
    })
    connection = { controller, batches }
  }

  /** Requests the next batch once the previous one was consumed, so that a slow consumer causes no idle timeout. */
  function read(from: Connection): void {
    from.readingSince = clock.now()
    from.batches.next().then(
      ({ value }) => value && push(value, from),
      (cause: unknown) => push({ type: 'ended', cause }, from),
    )
  }

  function list(from: Connection | undefined): void {
    if (!from) return
    backfill.listMissed(from.controller.signal).then(
      (messages) => push({ type: 'listed', messages }, from),
      (cause: unknown) => push({ type: 'listFailed', cause }, from),
    )
  }

  function disconnect(): void {
    cancelWait()
    connection?.controller.abort()
    void connection?.batches.return()
    connection = undefined
  }

  try {
    signal?.addEventListener('abort', end)
    ended.signal.addEventListener('abort', () => {
      disconnect()
      wake()
    })
    subscribeToTriggers(client.streamTriggers, onReconnectTrigger, trigger, ended.signal)
    onStatus?.({ state: 'connecting' })
    connect(after)
    for (;;) {
      throwIfAborted(signal)
      if (ended.signal.aborted) return
      if (connection && connection.readingSince === undefined) read(connection)
      const next = queue.shift()
      if (!next) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      const [event, from] = next
      if (from && from !== connection) continue
      if (connection && event.type === 'received') connection.readingSince = undefined
      const effects = machine.handle(event, {
        now: clock.now(),
        readingSince: connection?.readingSince ?? 0,
        isOffline: globalThis.navigator?.onLine === false,
      })
      for (const effect of effects) {
        if (ended.signal.aborted) break
        switch (effect.type) {
          case 'connect':
            disconnect()
            connect(effect.lastId)
            break
          case 'wait':
            disconnect()
            cancelWait = clock.after(effect.delayMs, () => push({ type: 'waited' }))
            break
          case 'list':
            list(connection)
            break
          case 'deliver':
            backfill.recordUser(effect.signal)
            yield schemas ? await validateSignal(effect.signal, schemas) : effect.signal
            break
          case 'opened':
            onStatus?.({ state: 'online' })
            onReady?.(effect.ready)
            break
          case 'status':
            onStatus?.(effect.status)
            break
          case 'possibleGap':
            onPossibleGap?.()
            break
          case 'fail':
            closed = { state: 'closed', cause: effect.cause as ChatError }
            throw effect.cause
        }
      }
    }
  } finally {
    signal?.removeEventListener('abort', end)
    end()
    onStatus?.(closed)
  }
}
