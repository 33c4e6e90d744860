/** An unbounded first-in, first-out queue with any number of producers and one consumer. */
export interface AsyncQueue<T> {
  push: (item: T) => void
  /**
   * Resolves with the oldest item, or with the next one if the queue is empty. Call it again only after it resolved.
   */
  next: () => Promise<T>
}

export function createAsyncQueue<T extends object>(): AsyncQueue<T> {
  const items: T[] = []
  let pending: ((item: T) => void) | undefined
  return {
    push(item) {
      if (pending) pending(item)
      else items.push(item)
      pending = undefined
    },
    next: () =>
      new Promise((resolve) => {
        const item = items.shift()
        if (item) resolve(item)
        else pending = resolve
      }),
  }
}
