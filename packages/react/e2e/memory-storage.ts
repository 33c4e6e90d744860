import type { ChatStorage } from '@parley/rx'

export interface MemoryStorage extends ChatStorage {
  readonly entries: Map<string, string>
}

/** Creates an in-memory replacement for `localStorage`. */
export function createMemoryStorage(): MemoryStorage {
  const entries = new Map<string, string>()
  return {
    entries,
    getItem: (name) => entries.get(name) ?? null,
    setItem: (name, value) => entries.set(name, value),
    removeItem: (name) => entries.delete(name),
  }
}
