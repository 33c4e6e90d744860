import type { Answer } from './call.ts'

/** What must never get out: stack traces, SQL, paths of the server. */
const leak =
  /\n|\bat .+:\d+|sqlite|\b(?:select|insert|update) .+ (?:from|into|set)\b|node_modules|file:|\/src\//i

/**
 * An answer in short: `201`, or `404 ResourceNotFound` for a failure in the error shape.
 *
 * A failure that is not in that shape says so, and equals nothing that a test expects.
 */
export function outcome({ status, headers, body, text }: Answer): string {
  if (status < 400) return String(status)
  const type = headers.get('content-type')?.startsWith('application/json')
    ? typeOfFailure(status, body)
    : undefined
  return type === undefined ? `${status} not in the error shape: ${text}` : `${status} ${type}`
}

function typeOfFailure(status: number, body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { id, code, type, message, metadata, ...others } = body as Record<string, unknown>
  const isWhole =
    isFilled(id) &&
    code === status &&
    isFilled(type) &&
    isFilled(message) &&
    !leak.test(message) &&
    (metadata === undefined || (typeof metadata === 'object' && metadata !== null)) &&
    Object.keys(others).length === 0
  return isWhole ? type : undefined
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
