/** The methods of `localStorage` that the client needs. They may also return promises. */
export interface KeyValueStorage {
  getItem: (name: string) => string | null | undefined | Promise<string | null | undefined>
  setItem: (name: string, value: string) => unknown
  removeItem?: (name: string) => unknown
}

/**
 * A storage, `'local'` for the page's `localStorage`, or a function that returns a storage. Prefer `'local'` to
 * `localStorage`: merely accessing `localStorage` throws in sandboxed frames and if the user blocks site data.
 */
export type StorageOption<Storage> = Storage | 'local' | (() => Storage)
