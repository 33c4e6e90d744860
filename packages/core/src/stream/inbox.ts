/** A queue with one reader: several sources put into it, and one loop takes what comes, in order. */
export interface Inbox<T> {
  put: (item: T) => void
  take: () => Promise<T>
}

export function createInbox<T extends object>(): Inbox<T> {
  const items: T[] = []
  let resolve: ((item: T) => void) | undefined
  return {
    put(item) {
      if (resolve) resolve(item)
      else items.push(item)
      resolve = undefined
    },
    take: () =>
      new Promise((done) => {
        const item = items.shift()
        if (item) done(item)
        else resolve = done
      }),
  }
}
