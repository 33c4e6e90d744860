/** A user key, or a function of the app that returns it. */
export type UserKeySource = string | (() => string | Promise<string>)

export interface UserKey {
  /** Returns the key to send. Concurrent callers share one call of the app's function. */
  get: () => Promise<string>
  /** Reports that the server rejected a key. Returns true if the next `get` may return a newer one. */
  invalidate: (key: string | undefined) => boolean
  /** The latest key; empty before the first. */
  readonly current: string
}

export function createUserKey(source: UserKeySource): UserKey {
  let current = typeof source === 'string' ? source : ''
  let isFresh = false
  let pending: Promise<string> | undefined

  async function load(getKey: () => string | Promise<string>): Promise<string> {
    try {
      // A synchronous throw becomes a rejection.
      const key = await Promise.resolve().then(getKey)
      if (!key) throw new TypeError('userKey() returned no key.')
      current = key
      isFresh = true
      return current
    } finally {
      pending = undefined
    }
  }

  return {
    async get() {
      if (isFresh || typeof source === 'string') return current
      return (pending ??= load(source))
    },
    invalidate(key) {
      if (typeof source === 'string') return false
      // A caller with an older key gets the current one.
      if (key === current) isFresh = false
      return true
    },
    get current() {
      return current
    },
  }
}
