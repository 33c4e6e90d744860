export interface ReceivedResponse<Body = unknown> {
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON; undefined if the body is not JSON. */
  readonly body: Body
  readonly text: string
}

export interface RequestOptions {
  readonly key?: string | undefined
  /** Strings are sent unchanged, other values as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Sends an HTTP request without our client, and reads the complete response. Of a stream, reads only the headers.
 *
 * `Body` is the type that the test expects; it is not checked.
 */
export async function sendRequest<Body = unknown>(
  method: string,
  url: string,
  { key, body, headers }: RequestOptions = {},
): Promise<ReceivedResponse<Body>> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'x-user-key': key }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = isStream(response) ? await cancelBody(response) : await response.text()
  return { status: response.status, headers: response.headers, body: parse(text), text }
}

function isStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

async function cancelBody(response: Response): Promise<string> {
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
