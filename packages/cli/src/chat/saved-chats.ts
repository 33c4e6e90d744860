import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GuestKeyStorage } from '@parley/core'
import writeFileAtomic from 'write-file-atomic'

/** The saved guest key and conversation ids, one file per bot. */
export interface SavedChats {
  readonly path: string
  /** Stores the guest's key. */
  readonly guestStorage: GuestKeyStorage
  getConversationId(userId: string): string | undefined
  saveConversationId(userId: string, conversationId: string): void
}

interface StateFile {
  url: string
  key?: string
  /** Conversation ids by user id. Each user continues their own conversation. */
  conversations: Record<string, string>
}

/** @param options.onFailure - Called once, with the reason, if saving fails. */
export function openSavedChats(
  folder: string,
  { url, onFailure }: { url: string; onFailure: (reason: string) => void },
): SavedChats {
  const path = join(folder, getFileName(url))
  let hasFailed = false

  function read(): StateFile {
    try {
      const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<StateFile> | null
      const { key, conversations } = value ?? {}
      return { url, ...(typeof key === 'string' && { key }), conversations: { ...conversations } }
    } catch {
      return { url, conversations: {} }
    }
  }

  /**
   * Replaces the file atomically, so that concurrent readers never see a partial file. Not with the package atomically,
   * which sends each signal to the process a second time.
   */
  function write(update: (state: StateFile) => StateFile): void {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileAtomic.sync(path, `${JSON.stringify(update(read()), undefined, 2)}\n`, { mode: 0o600 })
    } catch (error) {
      if (!hasFailed) onFailure(error instanceof Error ? error.message : String(error))
      hasFailed = true
    }
  }

  return {
    path,
    guestStorage: {
      getItem: () => read().key,
      setItem: (_name, key) => {
        write((state) => ({ ...state, key }))
      },
    },
    getConversationId(userId) {
      const { conversations } = read()
      const id: unknown = Object.hasOwn(conversations, userId) ? conversations[userId] : undefined
      return typeof id === 'string' ? id : undefined
    },
    saveConversationId(userId, conversationId) {
      write((state) => ({ ...state, conversations: { ...state.conversations, [userId]: conversationId } }))
    },
  }
}

/** Returns a readable file name that is unique per URL. */
function getFileName(url: string): string {
  const readable = url
    .replace(/^https?:\/\//, '')
    .replaceAll(/[^\w.-]+/g, '_')
    .slice(0, 60)
  return `chat-${readable}-${createHash('sha256').update(url).digest('hex').slice(0, 12)}.json`
}
