import type { KeyValueStorage } from '@parley/core'
import { createMutex } from '../time/mutex.ts'

/** A list in a storage, as JSON. Invalid content counts as an empty list. */
export interface StoredList<Item> {
  /** @throws Whatever the storage throws. */
  read: () => Promise<Item[]>
  /**
   * Updates the list; updates run one after another. Resolves when the list is written or writing failed. If the
   * storage cannot be read, the list is not overwritten, as it may be readable later.
   */
  update: (update: (items: Item[]) => Item[]) => Promise<void>
}

export function createStoredList<Item>(storage: KeyValueStorage | undefined, name: string): StoredList<Item> {
  const runExclusive = createMutex()

  const read = async (): Promise<Item[]> => parse((await storage?.getItem(name)) ?? '')

  return {
    read,
    update: (update) =>
      runExclusive(async () => {
        const items = update(await read())
        await (items.length > 0 ? storage?.setItem(name, JSON.stringify(items)) : storage?.removeItem?.(name))
      }).catch(() => {}),
  }
}

function parse<Item>(text: string): Item[] {
  try {
    // Throws if the content is not a list.
    const items = JSON.parse(text) as Item[]
    return items.filter((item) => item instanceof Object)
  } catch {
    return []
  }
}
