import type { Client } from '../client/client.ts'
import type { WithCustomTypes } from '../custom-types/custom-types.ts'
import { validateSignal } from '../custom-types/validate.ts'
import { isChatError } from '../errors/chat-error.ts'
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
    // Only user streams carry conversation_added and conversation_removed, and the app's schemas have been applied.
    [Symbol.asyncIterator]: () =>
      streamSignals(client, target, options) as AsyncGenerator<unknown> as AsyncGenerator<
        WithCustomTypes<Signal, Schemas>
      >,
  }
}

interface Connection {
  controller: AbortController
  batches: AsyncGenerator<Batch, void>
  /** Whether the next batch was requested and has not been handled. */
  isReading: boolean
  readingSince: number
}

/** An event, and the connection that caused it. Events of an earlier connection are dropped. */
interface QueuedEvent {
  event: StreamEvent
  from: Connection | undefined
}

/**
 * Runs a stream: passes what happens to its state machine, and does what the machine decides. Throws the signal's
 * reason, or a permanent error.
 */
async function* streamSignals(
  client: Client,
  target: StreamTarget,
  options: Omit<StreamOptions, 'id'>,
): AsyncGenerator<UserSignal, void> {
  const { clock, schemas } = client
  const { after, signal, onStatus, onReady, onPossibleGap, onReconnectTrigger } = options
  const canBackfill = target.operation === 'listenConversation' && options.onGap !== 'report'
  const machine = createStreamMachine({ ...client, ...target, after, canBackfill })
  const backfill = canBackfill
    ? createBackfill(client, target, { after, hasSeen: machine.hasSeen })
    : undefined
  const queue: QueuedEvent[] = []
  let wake = (): void => {}
  const push = (event: StreamEvent, from?: Connection): void => {
    queue.push({ event, from })
    wake()
  }
  const abort = (): void => wake()
  const unsubscribe = subscribeToTriggers(client.streamTriggers, onReconnectTrigger, (silentSince) =>
    push({ type: 'triggered', silentSince }),
  )
  let connection: Connection | undefined
  let cancelWait = (): void => {}
  let closed: ConnectionStatus = { state: 'closed' }

  function connect(lastId: string | undefined): Connection {
    const controller = new AbortController()
    signal?.addEventListener('abort', () => controller.abort(signal.reason), { signal: controller.signal })
    const batches = openConnection(client, target, {
      lastId,
      signal: controller.signal,
      beforeOpen: backfill?.recordStartTime,
    })
    return { controller, batches, isReading: false, readingSince: 0 }
  }

  /** Requests the next batch once the previous one was consumed, so that a slow consumer causes no idle timeout. */
  function read(from: Connection): void {
    from.isReading = true
    from.readingSince = clock.now()
    from.batches.next().then(
      ({ value }) => value && push(value, from),
      (cause: unknown) => push({ type: 'ended', cause }, from),
    )
  }

  function list(from: Connection | undefined): void {
    if (!backfill || !from) return
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
    signal?.addEventListener('abort', abort)
    onStatus?.({ state: 'connecting' })
    connection = connect(after)
    for (;;) {
      signal?.throwIfAborted()
      if (connection && !connection.isReading) read(connection)
      const next = queue.shift()
      if (!next) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      const { event, from } = next
      if (from && from !== connection) continue
      if (connection && event.type === 'received') connection.isReading = false
      const environment = {
        now: clock.now(),
        readingSince: connection?.readingSince ?? 0,
        isOffline: globalThis.navigator?.onLine === false,
      }
      for (const effect of machine.handle(event, environment)) {
        switch (effect.type) {
          case 'connect':
            disconnect()
            connection = connect(effect.lastId)
            break
          case 'wait':
            disconnect()
            cancelWait = clock.after(effect.delayMs, () => push({ type: 'waited' }))
            break
          case 'list':
            list(connection)
            break
          case 'deliver':
            signal?.throwIfAborted()
            backfill?.recordUser(effect.signal)
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
            signal?.throwIfAborted()
            if (isChatError(effect.cause)) closed = { state: 'closed', cause: effect.cause }
            throw effect.cause
        }
      }
    }
  } finally {
    unsubscribe()
    disconnect()
    signal?.removeEventListener('abort', abort)
    onStatus?.(closed)
  }
}
