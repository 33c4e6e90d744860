import type { TestUser } from './test-user.ts'

/** The fields of one server-sent event. */
export interface StreamEvent {
  readonly event: string
  readonly data: string
  readonly id?: string
}

/** A stream of server-sent events, read one event at a time. */
export interface EventStream extends AsyncDisposable {
  readonly response: Response
  /** The next event; undefined once the server has ended the stream. */
  next(): Promise<StreamEvent | undefined>
  /** The parsed data of the next `count` events, or fewer if the stream ends before. All of them must be JSON. */
  nextSignals(count: number): Promise<unknown[]>
  /** The next events, up to and including the first for which `isLast` returns true. */
  until(isLast: (event: StreamEvent) => boolean): Promise<StreamEvent[]>
  /** The parsed data of all events until the server ends the stream. */
  remainingSignals(): Promise<unknown[]>
}

/**
 * Opens the stream of a conversation and reads its `ready` event. The stream delivers all later signals.
 *
 * The stream may read signals from the log, so it may miss messages that are deleted before it has read them.
 */
export async function openConversationStream(
  user: TestUser,
  conversationId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadyStream> {
  return openReadyStream(user, `/conversations/${encodeURIComponent(conversationId)}/listen`, headers)
}

/** Opens the stream of all conversations of a user, and reads its `ready` event. */
export function openUserStream(
  user: TestUser,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadyStream> {
  return openReadyStream(user, '/users/me/listen', headers)
}

export interface ReadyStream extends EventStream {
  readonly ready: { state: string; id: string }
}

async function openReadyStream(
  user: TestUser,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<ReadyStream> {
  const stream = await openEventStream(user.url + path, { 'x-user-key': user.key, ...headers })
  const ready = await stream.next()
  return { ...stream, ready: JSON.parse(ready?.data ?? '') as { state: string; id: string } }
}

export async function openEventStream(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventStream> {
  const controller = new AbortController()
  const response = await fetch(url, { headers, signal: controller.signal })
  const blocks = readBlocks(response)

  const next = async (): Promise<StreamEvent | undefined> => {
    const { value } = await blocks.next()
    return value === undefined ? undefined : parseEvent(value)
  }
  const nextSignals = async (count: number): Promise<unknown[]> => {
    const signals: unknown[] = []
    while (signals.length < count) {
      const event = await next()
      if (!event) break
      signals.push(JSON.parse(event.data))
    }
    return signals
  }
  const until = async (isLast: (event: StreamEvent) => boolean): Promise<StreamEvent[]> => {
    const events: StreamEvent[] = []
    for (let event = await next(); event; event = await next()) {
      events.push(event)
      if (isLast(event)) break
    }
    return events
  }
  return {
    response,
    next,
    nextSignals,
    until,
    remainingSignals: () => nextSignals(Infinity),
    [Symbol.asyncDispose]: async () => {
      controller.abort()
    },
  }
}

async function* readBlocks(response: Response): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    yield* blocks
  }
  return undefined
}

function parseEvent(block: string): StreamEvent {
  const fields = block.split('\n').map((line) => {
    const [, name = `invalid line: ${line}`, value = ''] = /^(\w*): ?(.*)$/s.exec(line) ?? []
    return [name, value] as const
  })
  return { event: 'message', data: '', ...Object.fromEntries(fields) }
}
