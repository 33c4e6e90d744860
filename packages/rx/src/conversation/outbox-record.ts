import { ChatError, type ErrorType, type Payload } from '@parley/core'
import type { PendingMessage } from '../timeline/chat-message.ts'
import type { UnsentInput } from '../timeline/timeline-input.ts'
import type { ChatStorage } from './conversation-options.ts'
import { createStored } from './stored.ts'

export interface OutboxRecord {
  load: () => Promise<Restored[]>
  /** Resolves when it is written, or could not be. */
  save: (unsent: readonly PendingMessage[], started: ReadonlySet<string>) => Promise<void>
}

interface Restored extends UnsentInput {
  /** It may have arrived. */
  isStarted: boolean
}

interface Kept {
  key: string
  payload: Payload
  metadata: Record<string, unknown> | undefined
  error: { type: ErrorType; message: string } | undefined
  isStarted: boolean
}

/** What is unsent, in a storage. */
export function createOutboxRecord(storage: ChatStorage | undefined, name: string): OutboxRecord {
  const stored = createStored<Kept>(storage, name)
  /** The keys that this one has written or read: what is stored besides is another tab's, and stays. */
  const known = new Set<string>()

  return {
    load: async () =>
      (await stored.read().catch(() => [])).map(({ error, ...send }) => {
        known.add(send.key)
        return { ...send, error: error && new ChatError(error.type, error.message) }
      }),
    save(unsent, started) {
      const own = unsent.map(({ key, payload, metadata, error }) => {
        known.add(key)
        const kept = error && { type: error.type, message: error.message }
        return { key, payload, metadata, error: kept, isStarted: started.has(key) }
      })
      return stored.change((kept) => [...kept.filter(({ key }) => !known.has(key)), ...own])
    },
  }
}
