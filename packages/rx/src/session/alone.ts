import type { ChatStorage } from '../conversation/conversation-options.ts'

/** The latest work of this page, by name. */
const latest = new Map<string, Promise<unknown>>()

/** Runs work of one name one at a time: within the page, and with Web Locks across all tabs of the same storage. */
export async function alone<T>(
  storage: ChatStorage | undefined,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!storage) return work()
  let isBegun = false
  try {
    return await navigator.locks.request(name, async () => {
      isBegun = true
      return work()
    })
  } catch (error) {
    // There are no locks, or a frame without an origin may not use them.
    if (isBegun) throw error
    return inPage(name, work)
  }
}

function inPage<T>(name: string, work: () => Promise<T>): Promise<T> {
  const own = (latest.get(name) ?? Promise.resolve()).then(work)
  latest.set(
    name,
    own.catch(() => {}),
  )
  return own
}
