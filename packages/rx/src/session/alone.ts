import type { OutboxStorage } from '../conversation/conversation-options.ts'

/** Does some work while no other tab does that has the same storage, where tabs can agree on that: in pages with Web Locks. */
export async function alone<T>(
  storage: OutboxStorage | undefined,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>
  return storage && locks ? locks.request(name, work) : work()
}
