import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GuestKeyStorage } from '@parley/core'

/** What is kept between two runs, one file a bot. */
export interface SavedChats {
  readonly path: string
  /** Keeps the visitor's key. */
  readonly guestStorage: GuestKeyStorage
  getConversationId(userId: string): string | undefined
  saveConversationId(userId: string, conversationId: string): void
}

interface StateFile {
  url: string
  key?: string
  /** By the user's id: a key given by hand goes on with a conversation of its own. */
  conversations: Record<string, string>
}

/** @param onFailure - Is told, once, that nothing can be kept. */
export function openSavedChats(
  folder: string,
  { url, onFailure }: { url: string; onFailure: (reason: string) => void },
): SavedChats {
  const path = join(folder, fileName(url))
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

  /** By another file that takes its place: who reads it meanwhile finds it whole. */
  function write(change: (kept: StateFile) => StateFile): void {
    const temporary = `${path}.${process.pid}`
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(temporary, `${JSON.stringify(change(read()), undefined, 2)}\n`, { mode: 0o600 })
      renameSync(temporary, path)
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
        write((kept) => ({ ...kept, key }))
      },
    },
    getConversationId(userId) {
      const { conversations } = read()
      const id: unknown = Object.hasOwn(conversations, userId) ? conversations[userId] : undefined
      return typeof id === 'string' ? id : undefined
    },
    saveConversationId(userId, conversationId) {
      write((kept) => ({ ...kept, conversations: { ...kept.conversations, [userId]: conversationId } }))
    },
  }
}

/** Readable, and another one for every URL. */
function fileName(url: string): string {
  const readable = url
    .replace(/^https?:\/\//, '')
    .replaceAll(/[^\w.-]+/g, '_')
    .slice(0, 60)
  return `chat-${readable}-${createHash('sha256').update(url).digest('hex').slice(0, 12)}.json`
}
