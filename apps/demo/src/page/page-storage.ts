/** The part of `localStorage` that the page uses. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Stores values in `localStorage`, or in memory if the browser does not allow that. */
export function createPageStorage(getPersistent: () => Storage = () => localStorage): PageStorage {
  const fallback = new Map<string, string>()
  return {
    getItem: (name) => fallback.get(name) ?? tryOrUndefined(() => getPersistent().getItem(name)) ?? null,
    setItem(name, value) {
      fallback.delete(name)
      const isStored = tryOrUndefined(() => {
        getPersistent().setItem(name, value)
        return true
      })
      if (!isStored) fallback.set(name, value)
    },
    removeItem(name) {
      fallback.delete(name)
      tryOrUndefined(() => getPersistent().removeItem(name))
    },
  }
}

/** Accessing blocked storage throws, and so does writing to full storage. */
function tryOrUndefined<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
