import {
  ChatError,
  type ErrorType,
  type KeyValueStorage,
  type Payload,
  type StorageOption,
} from '@parley/core'
import { createStoredList } from '../storage/stored-value.ts'
import type { PendingMessage } from '../timeline/chat-message.ts'
import type { QueuedMessage } from '../timeline/timeline.ts'

/** Pending messages in a storage. */
export interface OutboxPersistence {
  load: () => Promise<RestoredMessage[]>
  /** Resolves when the messages are written or writing failed. */
  save: (pending: readonly PendingMessage[], maybeDelivered: ReadonlySet<string>) => Promise<void>
}

interface RestoredMessage extends QueuedMessage {
  /** Sending has started, so the server may have stored the message. */
  isStarted: boolean
}

/** The format in the storage. */
interface StoredEntry {
  key: string
  payload: Payload
  metadata: Record<string, unknown> | undefined
  error: { type: ErrorType; message: string } | undefined
  isStarted: boolean
}

export function createOutboxPersistence(
  storage: StorageOption<KeyValueStorage> | undefined,
  name: string,
): OutboxPersistence {
  const list = createStoredList<StoredEntry>(storage, name)
  /** The keys that this tab has read or written. Other entries belong to other tabs and are kept. */
  const knownKeys = new Set<string>()

  return {
    async load() {
      const entries = await list.read().catch(() => [])
      return entries.filter(isValid).map(({ error, ...message }) => {
        knownKeys.add(message.key)
        return { ...message, error: error && new ChatError(error.type, error.message) }
      })
    },
    save(pending, maybeDelivered) {
      const own = pending.map(({ key, payload, metadata, error }) => {
        knownKeys.add(key)
        const storedError = error && { type: error.type, message: error.message }
        return { key, payload, metadata, error: storedError, isStarted: maybeDelivered.has(key) }
      })
      return list.update((entries) => [
        ...entries.filter((entry) => isValid(entry) && !knownKeys.has(entry.key)),
        ...own,
      ])
    },
  }
}

/** Entries of another format are dropped. */
function isValid({ key, payload }: StoredEntry): boolean {
  return typeof key === 'string' && payload instanceof Object
}
