/** A user's key, or the app's function that gives it. */
export type UserKeySource = string | (() => string | Promise<string>)

export interface UserKey {
  /** The key to send: one flight of the app's function for all who wait. */
  get: () => Promise<string>
  /** Reports a key that the server refused. True where the next `get` gives a newer one. */
  refuse: (key: string | undefined) => boolean
  /** The last key given; empty before the first. */
  readonly latest: string
}

export function createUserKey(source: UserKeySource): UserKey {
  let latest = typeof source === 'string' ? source : ''
  let isFresh = false
  let flight: Promise<string> | undefined

  async function ask(give: () => string | Promise<string>): Promise<string> {
    try {
      // Also a function that throws at once is to fail in the flight.
      const key = await Promise.resolve().then(give)
      if (!key) throw new TypeError('userKey() returned no key.')
      latest = key
      isFresh = true
      return latest
    } finally {
      flight = undefined
    }
  }

  return {
    async get() {
      if (isFresh || typeof source === 'string') return latest
      return (flight ??= ask(source))
    },
    refuse(key) {
      if (typeof source === 'string') return false
      // Whoever still used the key before the latest only has to take the latest.
      if (key === latest) isFresh = false
      return true
    },
    get latest() {
      return latest
    },
  }
}
