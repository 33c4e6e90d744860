/** What came back from one request. */
export interface Answer<Body = unknown> {
  readonly status: number
  readonly headers: Headers
  /** The JSON; undefined where the answer holds none. */
  readonly body: Body
  readonly text: string
}

export interface CallOptions {
  readonly key?: string | undefined
  /** Sent as it is if it is a string, as JSON otherwise. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Sends one plain HTTP request and reads the whole answer; of a stream the headers alone.
 *
 * `Body` is what the test expects to find, for reading on from it; nothing checks it but the test.
 */
export async function call<Body = unknown>(
  method: string,
  url: string,
  { key, body, headers }: CallOptions = {},
): Promise<Answer<Body>> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'x-user-key': key }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = isStream(response) ? await hangUp(response) : await response.text()
  return { status: response.status, headers: response.headers, body: parse(text), text }
}

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

async function hangUp(response: Response): Promise<string> {
  await response.body?.cancel()
  return ''
}

function parse(text: string): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
