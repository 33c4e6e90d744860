import { errorTypes, type ErrorType } from '../contract/error-types.ts'
import { isObject } from '../contract/is-object.ts'
import type { Operation } from '../contract/operation-types.ts'
import { operationError, type ChatError } from '../errors/chat-error.ts'

/** Parses the response of an operation. Throws also if it lacks the operation's result. */
export async function parseResponse(
  name: string,
  operation: Operation,
  response: Response,
  now: number,
): Promise<Record<string, unknown>> {
  const body = await parseBody(name, response, now)
  if (body && hasShape(name, body, operation)) return body
  throw unexpectedResponse(name, response, now)
}

/**
 * Checks the outermost level only: that distinguishes the Chat API from other servers that return JSON. The fields of
 * models are trusted: checking them would add a schema library to every browser bundle.
 */
function hasShape(
  name: string,
  { meta, key, ...body }: Record<string, unknown>,
  { resultKey, listKey }: Operation,
): boolean {
  if (name === 'createUser' && typeof key !== 'string') return false
  if (!listKey) return !resultKey || isObject(body[resultKey])
  const list = body[listKey]
  return Array.isArray(list) && [meta, ...(list as unknown[])].every(isObject)
}

/**
 * Parses the body of a response as a JSON object; returns undefined if it is not one.
 *
 * @throws ChatError of the API's type if the body is an error of the API, whatever the HTTP status;
 * `UnexpectedResponse` for any other failing status.
 */
export async function parseBody(
  operation: string,
  response: Response,
  now: number,
): Promise<Record<string, unknown> | undefined> {
  const body = parseJsonObject(await response.text())
  const error = body && parseApiError(body, response.status)
  if (error) {
    const details = { ...error, retryAfterMs: retryAfterMs(response.headers, now) }
    throw operationError(operation, error.type, error.message, details)
  }
  if (!response.ok) throw unexpectedResponse(operation, response, now)
  return body
}

function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

interface ApiError {
  type: ErrorType
  status: number
  id: string | undefined
  message: string
}

/**
 * Parses the body of a response as an error of the API; returns undefined if it is not one.
 *
 * The hosted service omits fields, and sends some errors with HTTP 200. A known `type` or an HTTP status as `code`
 * marks an error of the API. Bodies from load balancers and gateways, such as `{ "message": "Forbidden" }`, have
 * neither.
 */
function parseApiError(body: Record<string, unknown>, httpStatus: number): ApiError | undefined {
  const { type, code, id, message } = body
  const hasCode = typeof code === 'number' && code >= 400 && code < 600
  const types = Object.keys(errorTypes) as ErrorType[]
  const knownType = types.find((name) => name === type)
  if (!hasCode && !knownType) return undefined

  const typeStatus = knownType ? errorTypes[knownType].status : 500
  const status = hasCode ? code : httpStatus < 400 ? typeStatus : httpStatus
  // In the catalog, the most general type of each status comes first.
  const typeOfStatus = types.find((name) => errorTypes[name].status === status)
  return {
    type: knownType ?? typeOfStatus ?? (status < 500 ? 'Runtime' : 'Unknown'),
    status,
    id: typeof id === 'string' ? id : undefined,
    message:
      typeof message === 'string' && message
        ? message
        : `the server responded with ${status} and gave no reason.`,
  }
}

/**
 * Statuses with which a firewall or proxy rejects a request because of its content. They exclude temporary conditions
 * (408, 425, 429), missing proxy credentials (401, 407), and unknown routes, which occur during a deployment (404, 405,
 * 410, 421).
 */
const blockStatuses = /^(400|403|406|41[1345]|422|431|451)$/

/**
 * The error for a response that does not come from the Chat API. It is permanent for messages and events only, as their
 * content was rejected. Other requests with a 403, such as streams, are retried.
 */
export function unexpectedResponse(operation: string, response: Response, now: number): ChatError {
  const { status, headers, type } = response
  const isBlocked = /^create(Message|Event)$/.test(operation) && blockStatuses.test(`${status}`)
  // Browsers hide everything of a redirect but its type, `opaqueredirect`.
  const description = headers.get('location') ?? headers.get('content-type') ?? type
  const advice = isBlocked ? 'Change the content' : 'Check the url and any proxy or redirect'
  const reason = `the response (${status}, ${description}) is not from the Chat API. ${advice}.`
  return operationError(operation, isBlocked ? 'RequestBlocked' : 'UnexpectedResponse', reason, {
    status,
    retryAfterMs: retryAfterMs(headers, now),
  })
}

/** Returns the delay in a `retry-after` header, in milliseconds. The header contains seconds or an HTTP date. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  const delayMs = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs)
}
