import type { OutboxStorage } from '../conversation/conversation-options.ts'

/** What this page does last, by its name. */
const latest = new Map<string, Promise<unknown>>()

/**
 * Does some work while nobody else does it who has the same storage: within this page, and in other tabs where they can agree on that,
 * in pages with Web Locks.
 */
export async function alone<T>(
  storage: OutboxStorage | undefined,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!storage) return work()
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>
  if (!locks) return inPage(name, work)
  let isBegun = false
  try {
    return await locks.request(name, async () => {
      isBegun = true
      return work()
    })
  } catch (error) {
    // A frame without an origin has locks, and may not use them.
    if (isBegun) throw error
    return inPage(name, work)
  }
}

async function inPage<T>(name: string, work: () => Promise<T>): Promise<T> {
  const own = (latest.get(name) ?? Promise.resolve()).then(work)
  const settled = own.catch(() => {})
  latest.set(name, settled)
  try {
    return await own
  } finally {
    if (latest.get(name) === settled) latest.delete(name)
  }
}
