import { captureText } from './captured-text.ts'
import { redact, redactHeaders } from './redact.ts'
import type { RequestEntry, RequestState } from './wire-entry.ts'
import type { WireLog } from './wire-log.ts'

/** Updates the log entry of one request. */
export interface RequestRecord {
  markResponded: (response: Response) => void
  addChunk: (chunk: Uint8Array) => void
  markStalled: () => void
  markEnded: (state: RequestState, reason?: string) => void
}

export interface RecordOptions {
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
