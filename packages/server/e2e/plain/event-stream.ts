import type { Person } from './person.ts'

/** One event of a stream, as its lines say. */
export interface StreamEvent {
  readonly event: string
  readonly data: string
  readonly id?: string
}

/** A stream of server-sent events, read block by block. */
export interface EventStream extends AsyncDisposable {
  readonly response: Response
  /** The next event; undefined once the server has ended the stream. */
  next(): Promise<StreamEvent | undefined>
  /** The JSON of the next events, which have to be signals. */
  signals(count: number): Promise<unknown[]>
  /** The next events, up to the first of which `isLast` holds. */
  until(isLast: (event: StreamEvent) => boolean): Promise<StreamEvent[]>
  /** The signals until the server ends the stream. */
  rest(): Promise<unknown[]>
}

/**
 * Opens the stream of a conversation and reads its `ready`: from now on nothing passes it by.
 *
 * What is deleted before a signal of it was read may have passed all the same: the log has no more of it.
 */
export async function listenTo(
  listener: Person,
  conversationId: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadyStream> {
  return listenAt(listener, `/conversations/${encodeURIComponent(conversationId)}/listen`, headers)
}

/** Opens the stream of all conversations of a user, and reads its `ready`. */
export function listenToAll(
  listener: Person,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadyStream> {
  return listenAt(listener, '/users/me/listen', headers)
}

export interface ReadyStream extends EventStream {
  readonly ready: { state: string; id: string }
}

async function listenAt(
  listener: Person,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<ReadyStream> {
  const stream = await openStream(listener.url + path, { 'x-user-key': listener.key, ...headers })
  const ready = await stream.next()
  return { ...stream, ready: JSON.parse(ready?.data ?? '') as { state: string; id: string } }
}

export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventStream> {
  const hangUp = new AbortController()
  const response = await fetch(url, { headers, signal: hangUp.signal })
  const blocks = blocksOf(response)

  const next = async (): Promise<StreamEvent | undefined> => {
    const { value } = await blocks.next()
    return value === undefined ? undefined : eventOf(value)
  }
  const signals = async (count: number): Promise<unknown[]> => {
    const found: unknown[] = []
    while (found.length < count) {
      const event = await next()
      if (!event) break
      found.push(JSON.parse(event.data))
    }
    return found
  }
  const until = async (isLast: (event: StreamEvent) => boolean): Promise<StreamEvent[]> => {
    const found: StreamEvent[] = []
    for (let event = await next(); event; event = await next()) {
      found.push(event)
      if (isLast(event)) break
    }
    return found
  }
  return {
    response,
    next,
    signals,
    until,
    rest: () => signals(Infinity),
    [Symbol.asyncDispose]: async () => {
      hangUp.abort()
    },
  }
}

async function* blocksOf(response: Response): AsyncGenerator<string, undefined> {
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

function eventOf(block: string): StreamEvent {
  const fields = block.split('\n').map((line) => {
    const [, name = `not a line of a stream: ${line}`, value = ''] = /^(\w*): ?(.*)$/s.exec(line) ?? []
    return [name, value] as const
  })
  return { event: 'message', data: '', ...Object.fromEntries(fields) }
}
