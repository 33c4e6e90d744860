import type { PageQuery } from '../domain/queries.ts'
import { decodePageToken, type ListName } from '../wire/page.ts'

const defaultLimit = 20

/** @throws ApiError of type `InvalidQuery` if the token is not from this list. */
export function parsePageQuery(
  list: ListName,
  scope: number,
  query: { nextToken?: string; limit?: number },
): PageQuery {
  const { nextToken, limit = defaultLimit } = query
  return { cursor: decodePageToken(list, scope, nextToken), limit }
}
