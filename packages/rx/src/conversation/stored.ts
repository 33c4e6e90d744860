import type { TextStorage } from '@parley/core'
import { createQueue } from '../time/queue.ts'

/** A list in a storage, as JSON. A storage that holds something else counts as empty. */
export interface Stored<Item> {
  /** @throws Where the storage does. */
  read: () => Promise<Item[]>
  /**
   * Makes another list of what is there now, one after the other; resolves when it is written, or could not be. What cannot be read
   * is not overwritten: it may be readable later.
   */
  change: (update: (items: Item[]) => Item[]) => Promise<void>
}

export function createStored<Item>(storage: TextStorage | undefined, name: string): Stored<Item> {
  const inTurn = createQueue()

  const read = async (): Promise<Item[]> => parse((await storage?.getItem(name)) ?? '')

  return {
    read,
    change: (update) =>
      inTurn(async () => {
        const items = update(await read())
        await (items.length > 0 ? storage?.setItem(name, JSON.stringify(items)) : storage?.removeItem?.(name))
      }).catch(() => {}),
  }
}

function parse<Item>(text: string): Item[] {
  try {
    // What is no list has no such method, and ends below.
    const items = JSON.parse(text) as Item[]
    return items.filter((item) => item instanceof Object)
  } catch {
    return []
  }
}
