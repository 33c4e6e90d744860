import { ApiError } from '../wire/api-error.ts'

/** Limits the number of open streams per user. */
export interface StreamLimit {
  /**
   * Counts one more stream of a user.
   *
   * @returns A function to call when the stream has closed.
   * @throws ApiError of type `RateLimited` if the user has too many.
   */
  open(userRowId: number): () => void
}

export function createStreamLimit(maxPerUser: number): StreamLimit {
  const counts = new Map<number, number>()
  return {
    open: (userRowId) => {
      const count = counts.get(userRowId) ?? 0
      if (count >= maxPerUser) {
        throw new ApiError(
          'RateLimited',
          `Unable to open the stream; the user already has ${count} open streams. Close one, or share one.`,
        )
      }
      counts.set(userRowId, count + 1)
      return () => {
        const remaining = (counts.get(userRowId) ?? 1) - 1
        if (remaining === 0) counts.delete(userRowId)
        else counts.set(userRowId, remaining)
      }
    },
  }
}
