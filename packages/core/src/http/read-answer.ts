import type { Operation } from '../contract/operation-types.ts'
import type { ChatError } from '../errors/chat-error.ts'
import { readFailure } from '../errors/read-failure.ts'
import { unableTo } from '../errors/unable-to.ts'
import { retryAfterMs } from './retry-after.ts'

/**
 * Reads the JSON object of an answer; undefined if there is none.
 *
 * @throws ChatError: the API's own wherever the body is one, whatever the HTTP status; `UnexpectedResponse` for a failing
 * status that is not the API's.
 */
export async function readObject(
  operation: string,
  response: Response,
  now: number,
): Promise<Record<string, unknown> | undefined> {
  const body = parseObject(await response.text())
  const failure = body && readFailure(body, response.status)
  if (failure) {
    throw unableTo(operation, failure.type, failure.message, {
      ...failure,
      retryAfterMs: retryAfterMs(response.headers, now),
    })
  }
  if (!response.ok) throw unexpectedResponse(operation, response, now)
  return body
}

/** Reads the answer of an operation. Throws also if what the operation promises is not in it. */
export async function readAnswer(
  name: string,
  operation: Operation,
  response: Response,
  now: number,
): Promise<Record<string, unknown>> {
  const answer = await readObject(name, response, now)
  if (answer && holds(answer, operation)) return answer
  throw unexpectedResponse(name, response, now)
}

/** A look at the outside of an answer is enough to tell the API from whatever else answers JSON. */
function holds(answer: Record<string, unknown>, { resultKey, listKey }: Operation): boolean {
  if (listKey) return Array.isArray(answer[listKey])
  return !resultKey || isObject(answer[resultKey])
}

/**
 * Statuses with which a firewall or proxy refuses a request because of its content. They exclude temporary conditions
 * (408, 425, 429), missing proxy credentials (401, 407), and unknown routes, which occur during a deployment (404, 405,
 * 410, 421).
 */
const blockStatuses = /^(400|403|406|41[1345]|422|431|451)$/

/**
 * The error for a response that does not come from the Chat API. It is permanent for messages and events only, as their
 * content was refused. Other requests with a 403, such as streams, are retried.
 */
export function unexpectedResponse(operation: string, response: Response, now: number): ChatError {
  const { status, headers } = response
  const isBlocked = /^create(Message|Event)$/.test(operation) && blockStatuses.test(`${status}`)
  const kind = headers.get('content-type') ?? 'no type'
  const advice = isBlocked ? 'Change the content' : 'Check the url and any proxy'
  const reason = `the answer (${status}, ${kind}) is not the Chat API's. ${advice}.`
  const details = { status, retryAfterMs: retryAfterMs(headers, now) }
  return unableTo(operation, isBlocked ? 'RequestBlocked' : 'UnexpectedResponse', reason, details)
}

function parseObject(text: string): Record<string, unknown> | undefined {
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
