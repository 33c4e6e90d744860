import { ApiError } from '../domain/api-error.ts'

/** Limits the number of open streams per user. */
export interface StreamLimit {
  /**
   * Counts one more stream of a user.
   *
   * @returns Call it when the stream has closed.
   * @throws ApiError of type `RateLimited` if the user has too many.
   */
  open(userKey: number): () => void
}

export function createStreamLimit(maxPerUser: number): StreamLimit {
  const counts = new Map<number, number>()
  return {
    open: (userKey) => {
      const count = counts.get(userKey) ?? 0
      if (count >= maxPerUser) {
        throw new ApiError(
          'RateLimited',
          `Unable to open the stream; the user has ${count} open already. Close one, or share one between its readers.`,
        )
      }
      counts.set(userKey, count + 1)
      return () => {
        const left = (counts.get(userKey) ?? 1) - 1
        if (left === 0) counts.delete(userKey)
        else counts.set(userKey, left)
      }
    },
  }
}
