/** The last work of this page, by lock name. */
const lastWork = new Map<string, Promise<unknown>>()

/** Runs work with a lock: one at a time within the page, and with Web Locks across all tabs of the same storage. */
export async function withLock<T>(storage: unknown, name: string, work: () => Promise<T>): Promise<T> {
  if (!storage) return work()
  let isStarted = false
  try {
    return await navigator.locks.request(name, async () => {
      isStarted = true
      return work()
    })
  } catch (error) {
    // Web Locks are missing, or not allowed in a frame with an opaque origin.
    if (isStarted) throw error
    return withPageLock(name, work)
  }
}

function withPageLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const result = (lastWork.get(name) ?? Promise.resolve()).then(work)
  lastWork.set(
    name,
    result.catch(() => {}),
  )
  return result
}
