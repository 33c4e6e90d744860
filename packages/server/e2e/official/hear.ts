import type { AuthenticatedClient, SignalListener, Signals } from '@botpress/chat'

type KnownType = Exclude<keyof Signals, 'unknown'>

/** A signal as the official client handed it over. */
interface Heard<Type extends KnownType = KnownType> {
  readonly type: Type
  readonly data: Signals[Type]
}

/** A listener of the official client, and everything that it told. */
export interface Hearing extends AsyncDisposable {
  readonly listener: SignalListener
  /** What the client understood, in order. */
  readonly signals: readonly Heard[]
  /** The data of what the client did not understand, in order; pings are left out. */
  readonly unknown: readonly unknown[]
  readonly errors: readonly Error[]
  /** The first signal that matches, whether it came already or is still to come. */
  first<Type extends KnownType>(
    type: Type,
    matches?: (data: Signals[Type]) => boolean,
  ): Promise<Signals[Type]>
  /** Resolves with its error once the connection is lost. */
  lost(): Promise<Error>
}

const knownTypes = [
  'message_created',
  'message_deleted',
  'event_created',
  'participant_added',
  'participant_removed',
] as const satisfies KnownType[]
/** Only for what never comes. */
const patienceMs = 60_000

/** Listens, and attaches its handlers as the README of the official client does: when `listenConversation` has resolved. */
export async function hear(client: AuthenticatedClient, conversationId: string): Promise<Hearing> {
  const listener = await client.listenConversation({ id: conversationId })
  const signals: Heard[] = []
  const unknown: unknown[] = []
  const errors: Error[] = []
  const waiting = new Set<() => void>()
  const note = <Value>(list: Value[], value: Value): void => {
    list.push(value)
    for (const check of waiting) check()
  }
  for (const type of knownTypes) {
    listener.on(type, (data: Signals[KnownType]) => {
      note(signals, { type, data })
    })
  }
  listener.on('unknown', (data) => {
    if (data !== 'ping') note(unknown, data)
  })
  listener.on('error', (error) => {
    note(errors, error)
  })

  const until = async <Value>(what: string, find: () => Value | undefined): Promise<Value> =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer)
        waiting.delete(check)
      }
      const check = (): void => {
        const found = find()
        if (found === undefined) return
        stop()
        resolve(found)
      }
      const timer = setTimeout(() => {
        stop()
        const heard = JSON.stringify({ signals, unknown, errors: errors.map(String) })
        reject(new Error(`no ${what} in ${patienceMs} ms; heard ${heard}`))
      }, patienceMs)
      waiting.add(check)
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
        () => signals.filter((signal) => isOf(signal, type)).find(({ data }) => matches(data))?.data,
      ),
    lost: async () => until('loss of the connection', () => errors[0]),
    [Symbol.asyncDispose]: async () => listener.disconnect(),
  }
}

function isOf<Type extends KnownType>(signal: Heard, type: Type): signal is Heard<Type> {
  return signal.type === type
}
