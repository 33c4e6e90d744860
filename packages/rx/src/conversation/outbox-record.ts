import { ChatError } from '@parley/core'
import type { UnsentMessage } from '../timeline/chat-message.ts'
import type { UnsentInput } from '../timeline/timeline-input.ts'
import type { OutboxStorage } from './conversation-options.ts'

export interface OutboxRecord {
  load: () => Promise<Kept[]>
  /** Writes one after the other; resolves when it is written, or could not be. */
  save: (unsent: readonly UnsentMessage[], started: ReadonlySet<string>) => Promise<void>
}

/** An unsent message as it is kept. */
interface Kept extends UnsentInput {
  /** It may have arrived. */
  isStarted: boolean
}

/** What is unsent, in a storage. One that fails, or holds something else, counts as empty. */
export function createOutboxRecord(storage: OutboxStorage | undefined, name: string): OutboxRecord {
  /** The keys that this one has written: what is stored besides is another tab's, and stays. */
  const known = new Set<string>()
  let writing: Promise<unknown> = Promise.resolve()

  async function read(): Promise<Kept[]> {
    try {
      return JSON.parse((await storage?.getItem(name)) ?? '') as Kept[]
    } catch {
      return []
    }
  }

  return {
    async load() {
      const kept = await read()
      return kept.map(({ error, ...send }) =>
        error ? { ...send, error: new ChatError(error.type, error.message) } : send,
      )
    },
    async save(unsent, started) {
      const own = unsent.map(({ key, payload, metadata, error }) => {
        known.add(key)
        const { type, message } = error ?? {}
        return { key, payload, metadata, error: error && { type, message }, isStarted: started.has(key) }
      })
      if (!storage || known.size === 0) return
      const write = async (): Promise<unknown> => {
        const kept = [...(await read()).filter(({ key }) => !known.has(key)), ...own]
        return kept.length === 0 ? storage.removeItem(name) : storage.setItem(name, JSON.stringify(kept))
      }
      writing = writing.then(write).catch(() => {})
      await writing
    },
  }
}
