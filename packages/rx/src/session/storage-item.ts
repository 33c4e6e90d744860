import type { ChatStorage } from '../conversation/conversation-options.ts'
import { createMutex } from '../time/mutex.ts'

/** One text in a storage. If the storage is missing or fails, the text is kept in memory. */
export interface StorageItem {
  /** Empty if there is no text. */
  read: () => Promise<string>
  /** An empty text removes the item. */
  write: (text: string) => Promise<void>
}

export function createStorageItem(storage: ChatStorage | undefined, name: string): StorageItem {
  let latest = ''
  /** Prevents a slow write from overwriting a later one. */
  const runExclusive = createMutex()
  return {
    async read() {
      try {
        return (await storage?.getItem(name)) ?? latest
      } catch {
        return latest
      }
    },
    async write(text) {
      latest = text
      await runExclusive(async () => {
        if (text === latest) await (text ? storage?.setItem(name, text) : storage?.removeItem(name))
      }).catch(() => {
        // The storage is full or blocked.
      })
    },
  }
}
