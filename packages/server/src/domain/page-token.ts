import { ApiError } from './api-error.ts'

export type ListName = 'messages' | 'conversations' | 'participants'

const prefixes: Record<ListName, string> = { messages: 'm', conversations: 'c', participants: 'p' }
const pattern = /^([mcp])([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/

/** Writes where a page ended. `scope` is the key that the list belongs to, so that a token fits no other list. */
export function encodePageToken(list: ListName, scope: number, position: number): string {
  return Buffer.from(`${prefixes[list]}${scope.toString(36)}.${position.toString(36)}`).toString('base64url')
}

/** @throws ApiError of type `InvalidQuery` for a token that did not come from this list. */
export function decodePageToken(
  list: ListName,
  scope: number,
  token: string | undefined,
): number | undefined {
  if (token === undefined) return undefined
  const [, mark, scopeText = '', positionText = ''] =
    pattern.exec(Buffer.from(token, 'base64url').toString('latin1')) ?? []
  const position = Number.parseInt(positionText, 36)
  const isOurs =
    mark === prefixes[list] && Number.parseInt(scopeText, 36) === scope && Number.isSafeInteger(position)
  if (!isOurs || encodePageToken(list, scope, position) !== token) {
    throw new ApiError(
      'InvalidQuery',
      `Unable to list the ${list}; nextToken is not one that this list has answered. Leave it out to start from the first page.`,
    )
  }
  return position
}
