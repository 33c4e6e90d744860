/** The part of `localStorage` that the page uses. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Storage that outlives the page where the browser allows it, and lasts as long as the page does where it does not. */
export function createPageStorage(getLasting: () => Storage = () => localStorage): PageStorage {
  const own = new Map<string, string>()
  return {
    getItem: (name) => own.get(name) ?? attempt(() => getLasting().getItem(name)) ?? null,
    setItem(name, value) {
      own.delete(name)
      const isKept = attempt(() => {
        getLasting().setItem(name, value)
        return true
      })
      if (!isKept) own.set(name, value)
    },
    removeItem(name) {
      own.delete(name)
      attempt(() => getLasting().removeItem(name))
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
