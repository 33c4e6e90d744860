import type { ReceivedResponse } from './send-request.ts'

/** Text that no error message may contain: stack traces, SQL, file paths of the server. */
const leak =
  /\n|\bat .+:\d+|sqlite|\b(?:select|insert|update) .+ (?:from|into|set)\b|node_modules|file:|\/src\//i

/**
 * Summarizes a response: `201`, or `404 ResourceNotFound` for an error in the API's error shape.
 *
 * For any other error, the result contains the response, so that it equals no expected value.
 */
export function outcome({ status, headers, body, text }: ReceivedResponse): string {
  if (status < 400) return String(status)
  const type = headers.get('content-type')?.startsWith('application/json')
    ? errorType(status, body)
    : undefined
  return type === undefined ? `${status} not in the error shape: ${text}` : `${status} ${type}`
}

function errorType(status: number, body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const { id, code, type, message, metadata, ...others } = body as Record<string, unknown>
  const isValid =
    isNonEmptyString(id) &&
    code === status &&
    isNonEmptyString(type) &&
    isNonEmptyString(message) &&
    !leak.test(message) &&
    (metadata === undefined || (typeof metadata === 'object' && metadata !== null)) &&
    Object.keys(others).length === 0
  return isValid ? type : undefined
}

function isNonEmptyString(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
