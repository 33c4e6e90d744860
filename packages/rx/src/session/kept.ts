import type { ChatStorage } from '../conversation/conversation-options.ts'
import { createQueue } from '../time/queue.ts'

/** One entry of a storage. Where that fails, or there is none, it is kept as long as the page. */
export interface Kept {
  read: () => Promise<string>
  /** The empty text removes it. */
  write: (text: string) => Promise<void>
}

export function createKept(storage: ChatStorage | undefined, name: string): Kept {
  let latest = ''
  /** What a slow storage still writes is not to come after what was written later. */
  const inTurn = createQueue()
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
      await inTurn(async () => {
        if (text === latest) await (text ? storage?.setItem(name, text) : storage?.removeItem(name))
      }).catch(() => {
        // It is full, or forbidden.
      })
    },
  }
}
