import { createQueue } from '../time/queue.ts'
import type { OutboxStorage } from './conversation-options.ts'

/** A list in a storage, as JSON. A storage that fails, or holds something else, counts as empty. */
export interface Stored<Item> {
  read: () => Promise<Item[]>
  /** Makes another list of what is there now, one after the other; resolves when it is written, or could not be. */
  change: (update: (items: Item[]) => Item[]) => Promise<void>
}

type Storage = Pick<OutboxStorage, 'getItem' | 'setItem'> & Partial<OutboxStorage>

export function createStored<Item>(storage: Storage | undefined, name: string): Stored<Item> {
  const inTurn = createQueue()

  async function read(): Promise<Item[]> {
    try {
      // What is no list has no such method, and ends below.
      const items = JSON.parse((await storage?.getItem(name)) ?? '') as Item[]
      return items.filter((item) => item instanceof Object)
    } catch {
      return []
    }
  }

  return {
    read,
    change: (update) =>
      inTurn(async () => {
        const items = update(await read())
        await (items.length > 0 ? storage?.setItem(name, JSON.stringify(items)) : storage?.removeItem?.(name))
      }).catch(() => {}),
  }
}
