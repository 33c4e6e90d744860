import { ApiError } from './api-error.ts'

export type ListName = 'messages' | 'conversations' | 'participants'

/** An item as JSON text, and its cursor in the list. */
type JsonWithCursor = readonly [json: string, position: number]

interface JsonPage {
  readonly items: readonly JsonWithCursor[]
  readonly hasMore: boolean
  /** The position to continue from, if the search ended after the last item. */
  readonly nextCursor?: number | undefined
}

/** Renders a page, with the token of the next one if there is more. */
export function pageJson(
  list: ListName,
  scope: number,
  { items, hasMore, nextCursor: end = items.at(-1)?.[1] }: JsonPage,
): string {
  const next =
    hasMore && end !== undefined ? `{"nextToken":${JSON.stringify(encodePageToken(list, scope, end))}}` : '{}'
  return `{"${list}":[${items.map(([json]) => json).join(',')}],"meta":${next}}`
}

const prefixes: Record<ListName, string> = { messages: 'm', conversations: 'c', participants: 'p' }
const pattern = /^([mcp])([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/

/** Encodes the end of a page. `scope` is the row id that the list belongs to: the token is invalid for other lists. */
export function encodePageToken(list: ListName, scope: number, position: number): string {
  return Buffer.from(`${prefixes[list]}${scope.toString(36)}.${position.toString(36)}`).toString('base64url')
}

/** @throws ApiError of type `InvalidQuery` if the token was not created for this list. */
export function decodePageToken(
  list: ListName,
  scope: number,
  token: string | undefined,
): number | undefined {
  if (token === undefined) return undefined
  const [, prefix, scopeText = '', positionText = ''] =
    pattern.exec(Buffer.from(token, 'base64url').toString('latin1')) ?? []
  const position = Number.parseInt(positionText, 36)
  const isValid =
    prefix === prefixes[list] && Number.parseInt(scopeText, 36) === scope && Number.isSafeInteger(position)
  if (!isValid || encodePageToken(list, scope, position) !== token) {
    throw new ApiError(
      'InvalidQuery',
      `Unable to list the ${list}; the nextToken does not belong to this list. Omit it to start from the first page.`,
    )
  }
  return position
}
