import type { InboxOptions } from './inbox.ts'

/** Up to when each conversation was read on this device, by the server's times. */
export interface ReadMarks {
  /** Resolves when what was kept is known. What is there the first time of all counts as read: `newest` is its time. */
  load: (newest: string) => Promise<void>
  of: (id: string) => string
  set: (id: string, createdAt: string) => void
}

/** A storage that fails, or holds something else, counts as empty. */
export function createReadMarks(storage: InboxOptions['storage'], name: string): ReadMarks {
  /** The empty id is for those that have no mark of their own. */
  let marks: Record<string, string> | undefined

  function save(): void {
    const write = async (): Promise<unknown> => storage?.setItem(name, JSON.stringify(marks))
    write().catch(() => {})
  }

  return {
    async load(newest) {
      if (marks) return
      try {
        marks = JSON.parse((await storage?.getItem(name)) ?? '') as Record<string, string>
      } catch {
        marks = { '': newest }
        save()
      }
    },
    of: (id) => marks?.[id] ?? marks?.[''] ?? '',
    set(id, createdAt) {
      marks = { ...marks, [id]: createdAt }
      save()
    },
  }
}
