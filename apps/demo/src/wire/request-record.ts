import type { RequestEntry, RequestState, WireHeaders } from './wire-entry.ts'
import type { WireLog } from './wire-log.ts'

/** Updates the log entry of one request. */
export interface RequestRecord {
  markResponded: (response: Response) => void
  addChunk: (chunk: Uint8Array) => void
  markStalled: () => void
  markEnded: (state: RequestState, reason?: string) => void
}

interface RecordOptions {
  log: WireLog
  now: () => number
  attempt: number
  body: string
}

const maxBodyCharacters = 100_000
const maxStreamCharacters = 8_000

export function recordRequest(request: Request, options: RecordOptions): RequestRecord {
  const { log, now, attempt, body } = options
  const { pathname, search } = new URL(request.url)
  let captured = captureText({ limit: maxBodyCharacters, keep: 'start' })
  let entry: RequestEntry = {
    kind: 'request',
    key: log.nextKey(),
    at: now(),
    method: request.method,
    path: redact(pathname + search),
    attempt,
    state: 'pending',
    status: 0,
    isStream: request.headers.get('accept') === 'text/event-stream',
    requestHeaders: redactHeaders(request.headers),
    requestBody: redact(body),
    responseHeaders: [],
    responseBody: '',
    receivedBytes: 0,
  }
  log.put(entry)

  function change(changes: Partial<RequestEntry>): void {
    entry = { ...entry, ...changes }
    log.put(entry)
  }

  return {
    markResponded(response) {
      const isStream = isEventStream(response)
      if (isStream) captured = captureText({ limit: maxStreamCharacters, keep: 'end' })
      change({
        isStream,
        status: response.status,
        responseHeaders: redactHeaders(response.headers),
        ...(isStream && { state: 'streaming', durationMs: now() - entry.at }),
      })
    },
    addChunk(chunk) {
      captured.add(chunk)
      const receivedBytes = entry.receivedBytes + chunk.byteLength
      // A response that is no stream is shown when it is complete.
      change({ receivedBytes, ...(entry.isStream && { responseBody: captured.text() }) })
    },
    markStalled: () => change({ state: 'stalled' }),
    markEnded(state, reason) {
      change({
        state,
        durationMs: now() - entry.at,
        responseBody: captured.text(),
        ...(reason !== undefined && { reason }),
      })
    },
  }
}

export function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false
}

interface CapturedText {
  add: (chunk: Uint8Array) => void
  text: () => string
}

/** Keeps the start or the end of a streamed text, up to a limit. An ellipsis marks the omitted part. */
function captureText({ limit, keep }: { limit: number; keep: 'start' | 'end' }): CapturedText {
  const decoder = new TextDecoder()
  let captured = ''
  let isTruncated = false

  return {
    add(chunk) {
      captured += decoder.decode(chunk, { stream: true })
      if (captured.length <= limit) return
      isTruncated = true
      captured = keep === 'start' ? captured.slice(0, limit) : captured.slice(-limit)
    },
    text() {
      const text = redact(captured)
      if (!isTruncated) return text
      return keep === 'start' ? `${text}…` : `…${text}`
    },
  }
}

const hidden = '•••'
const secretHeaders = new Set(['x-user-key', 'authorization', 'cookie'])
/** A user key is a JWT. Also matches truncated ones. */
const userKeys = /eyJ[\w-]{8,}(\.[\w-]*){0,2}/g

/** Removes user keys from a text, as anyone who sees a key can sign in with it. */
export function redact(text: string): string {
  return text.replace(userKeys, hidden)
}

function redactHeaders(headers: Headers): WireHeaders {
  return [...headers].map(([name, value]) => [name, secretHeaders.has(name) ? hidden : redact(value)])
}
