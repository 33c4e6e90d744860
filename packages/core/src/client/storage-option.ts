/** The part of `localStorage` that keeps small texts by their names; its methods may also return promises. */
export interface TextStorage {
  getItem: (name: string) => string | null | undefined | Promise<string | null | undefined>
  setItem: (name: string, value: string) => unknown
  removeItem?: (name: string) => unknown
}

/**
 * Where something is kept: a storage, `'local'` for the page's `localStorage`, or a function that returns a storage. Prefer `'local'`
 * to `localStorage` itself: merely to access that throws in sandboxed frames, and where the user has blocked site data.
 */
export type StorageOption<Storage> = Storage | 'local' | (() => Storage)
