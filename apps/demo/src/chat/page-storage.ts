import type { KeyStorage } from '@parley/core'

/** Storage that outlives the page where the browser allows it, and always lasts as long as the page does. */
export function createPageStorage(getLasting: () => Storage = () => localStorage): KeyStorage {
  const own = new Map<string, string>()
  return {
    getItem: (name) => own.get(name) ?? attempt(() => getLasting().getItem(name)),
    setItem(name, value) {
      own.set(name, value)
      attempt(() => getLasting().setItem(name, value))
    },
  }
}

/** A browser may forbid storage, even to ask for it; and it may be full. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
