import type { ChatStorage } from '@parley/rx'

export interface MemoryStorage extends ChatStorage {
  readonly entries: Map<string, string>
}

/** As `localStorage`, without a page. */
export function createMemoryStorage(): MemoryStorage {
  const entries = new Map<string, string>()
  return {
    entries,
    getItem: (name) => entries.get(name) ?? null,
    setItem: (name, value) => entries.set(name, value),
    removeItem: (name) => entries.delete(name),
  }
}
