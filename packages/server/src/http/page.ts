import { decodePageToken, type ListName } from '../domain/page-token.ts'
import type { Slice } from '../domain/reads.ts'

const defaultLimit = 20

/** @throws ApiError of type `InvalidQuery` for a token that did not come from this list. */
export function sliceOf(list: ListName, scope: number, query: { nextToken?: string; limit?: number }): Slice {
  const { nextToken, limit = defaultLimit } = query
  return { beyond: decodePageToken(list, scope, nextToken), limit }
}
