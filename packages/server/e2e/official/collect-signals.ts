import type { AuthenticatedClient, SignalListener, Signals } from '@botpress/chat'

type KnownType = Exclude<keyof Signals, 'unknown'>

/** A signal that the official client delivered. */
interface ReceivedSignal<Type extends KnownType = KnownType> {
  readonly type: Type
  readonly data: Signals[Type]
}

/** A listener of the official client and all its events, in order. */
export interface SignalCollector extends AsyncDisposable {
  readonly listener: SignalListener
  readonly signals: readonly ReceivedSignal[]
  /** The data of all `unknown` events except pings. */
  readonly unknown: readonly unknown[]
  readonly errors: readonly Error[]
  /** Resolves with the first matching signal, which may have been received already. */
  first<Type extends KnownType>(
    type: Type,
    matches?: (data: Signals[Type]) => boolean,
  ): Promise<Signals[Type]>
  /** Resolves with the error of the listener once the connection is lost. */
  connectionLost(): Promise<Error>
}

const knownTypes = [
  'message_created',
  'message_deleted',
  'event_created',
  'participant_added',
  'participant_removed',
] as const satisfies KnownType[]
const timeoutMs = 60_000

/** Attaches its handlers after `listenConversation` has resolved, as in the README of the official client. */
export async function collectSignals(
  client: AuthenticatedClient,
  conversationId: string,
): Promise<SignalCollector> {
  const listener = await client.listenConversation({ id: conversationId })
  const signals: ReceivedSignal[] = []
  const unknown: unknown[] = []
  const errors: Error[] = []
  const checks = new Set<() => void>()
  const record = <Value>(list: Value[], value: Value): void => {
    list.push(value)
    for (const check of checks) check()
  }
  for (const type of knownTypes) {
    listener.on(type, (data: Signals[KnownType]) => {
      record(signals, { type, data })
    })
  }
  listener.on('unknown', (data) => {
    if (data !== 'ping') record(unknown, data)
  })
  listener.on('error', (error) => {
    record(errors, error)
  })

  const until = async <Value>(name: string, find: () => Value | undefined): Promise<Value> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer)
        checks.delete(check)
      }
      const check = (): void => {
        const found = find()
        if (found === undefined) return
        stop()
        resolve(found)
      }
      const timer = setTimeout(() => {
        stop()
        const received = JSON.stringify({ signals, unknown, errors: errors.map(String) })
        reject(new Error(`no ${name} within ${timeoutMs} ms; received ${received}`))
      }, timeoutMs)
      checks.add(check)
      check()
    })

  return {
    listener,
    signals,
    unknown,
    errors,
    first: async (type, matches = () => true) =>
      until(
        type,
        () => signals.filter((signal) => hasType(signal, type)).find(({ data }) => matches(data))?.data,
      ),
    connectionLost: async () => until('lost connection', () => errors[0]),
    [Symbol.asyncDispose]: async () => listener.disconnect(),
  }
}

function hasType<Type extends KnownType>(signal: ReceivedSignal, type: Type): signal is ReceivedSignal<Type> {
  return signal.type === type
}
