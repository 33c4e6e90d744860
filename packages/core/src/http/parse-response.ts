import type { Operation } from '../contract/operation-types.ts'
import type { ChatError } from '../errors/chat-error.ts'
import { operationError } from '../errors/operation-error.ts'
import { parseApiError } from '../errors/parse-api-error.ts'
import { retryAfterMs } from './retry-after.ts'

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
    throw operationError(operation, error.type, error.message, {
      ...error,
      retryAfterMs: retryAfterMs(response.headers, now),
    })
  }
  if (!response.ok) throw unexpectedResponse(operation, response, now)
  return body
}

/** Parses the response of an operation. Throws also if it lacks the operation's result. */
export async function parseResponse(
  name: string,
  operation: Operation,
  response: Response,
  now: number,
): Promise<Record<string, unknown>> {
  const body = await parseBody(name, response, now)
  if (body && hasShape(body, operation)) return body
  throw unexpectedResponse(name, response, now)
}

/** Checks the outermost level only: that distinguishes the Chat API from other servers that return JSON. */
function hasShape(body: Record<string, unknown>, { resultKey, listKey }: Operation): boolean {
  if (listKey) return Array.isArray(body[listKey])
  return !resultKey || isObject(body[resultKey])
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
  const { status, headers } = response
  const isBlocked = /^create(Message|Event)$/.test(operation) && blockStatuses.test(`${status}`)
  const contentType = headers.get('content-type') ?? 'no type'
  const advice = isBlocked ? 'Change the content' : 'Check the url and any proxy'
  const reason = `the response (${status}, ${contentType}) is not from the Chat API. ${advice}.`
  const details = { status, retryAfterMs: retryAfterMs(headers, now) }
  return operationError(operation, isBlocked ? 'RequestBlocked' : 'UnexpectedResponse', reason, details)
}

function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
