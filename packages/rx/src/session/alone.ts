import type { OutboxStorage } from '../conversation/conversation-options.ts'

/** Does some work while no other tab does that has the same storage, where tabs can agree on that: in pages with Web Locks. */
export async function alone<T>(
  storage: OutboxStorage | undefined,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>
  if (!storage || !locks) return work()
  let isBegun = false
  try {
    return await locks.request(name, async () => {
      isBegun = true
      return work()
    })
  } catch (error) {
    // A frame without an origin has locks, and may not use them.
    if (isBegun) throw error
    return work()
  }
}
