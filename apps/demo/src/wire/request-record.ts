import { captureText } from './captured-text.ts'
import { redact, redactHeaders } from './redact.ts'
import type { RequestEntry, RequestState } from './wire-entry.ts'
import type { WireLog } from './wire-log.ts'

/** One request in the log, kept up to date. */
export interface RequestRecord {
  answered: (response: Response) => void
  received: (chunk: Uint8Array) => void
  silenced: () => void
  ended: (state: RequestState, reason?: string) => void
}

export interface RecordOptions {
  log: WireLog
  now: () => number
  attempt: number
  body: string
}

const answerLimit = 100_000
const streamLimit = 8_000

export function recordRequest(request: Request, options: RecordOptions): RequestRecord {
  const { log, now, attempt, body } = options
  const { pathname, search } = new URL(request.url)
  let captured = captureText({ limit: answerLimit, keep: 'start' })
  let entry: RequestEntry = {
    kind: 'request',
    key: log.nextKey(),
    at: now(),
    method: request.method,
    path: redact(pathname + search),
    attempt,
    state: 'waiting',
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
    answered(response) {
      const isStream = isEventStream(response)
      if (isStream) captured = captureText({ limit: streamLimit, keep: 'end' })
      change({
        isStream,
        status: response.status,
        responseHeaders: redactHeaders(response.headers),
        ...(isStream && { state: 'streaming', durationMs: now() - entry.at }),
      })
    },
    received(chunk) {
      captured.add(chunk)
      const receivedBytes = entry.receivedBytes + chunk.byteLength
      // A short answer is shown when all of it is there.
      change({ receivedBytes, ...(entry.isStream && { responseBody: captured.text() }) })
    },
    silenced: () => change({ state: 'silent' }),
    ended(state, reason) {
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
