import { defer, EMPTY, type Observable, Subject, switchMap, tap } from 'rxjs'
import { createStored } from '../conversation/stored.ts'
import { storageOf } from '../storage/storage-of.ts'
import { tabsOf } from '../tabs/load-tabs.ts'
import type { ReadMark } from '../tabs/tabs.ts'
import type { InboxOptions } from './inbox.ts'

/** Up to when each conversation was read on this device, by the server's times. */
export interface ReadMarks {
  /** Emits what is read in other tabs, as long as it is subscribed to. */
  readonly others$: Observable<ReadMark>
  /** Takes a complete list of conversations: those without a mark get one, deleted ones lose theirs. Loads the storage first. */
  list: (conversations: readonly Listed[]) => Promise<void>
  of: (id: string) => string
  set: (mark: ReadMark) => void
  /** Sets where reading begins for a user who has just joined: also back, and in this tab alone. */
  put: (mark: ReadMark) => void
}

interface Listed {
  id: string
  updatedAt: string
  /** The user joined a moment ago: what is there already counts as read. */
  isJoined: boolean
}

/**
 * The id of the mark that says up to when conversations were listed here. A conversation that is listed later for the first time was
 * joined after that, so whatever is older is no news. Its mark also says that this is no first visit, even where it is empty.
 */
const listedTo = ''

export function createReadMarks({ storage, tabs }: InboxOptions, name: string): ReadMarks {
  const stored = createStored<ReadMark>(storageOf(storage), name)
  const marks = new Map<string, string>()
  /** Those that were set before the storage could be read. */
  const assumed = new Set<string>()
  const own$ = new Subject<ReadMark>()
  let isLoaded = false
  let listedIds: ReadonlySet<string> | undefined

  function note([id, createdAt]: ReadMark): void {
    if (createdAt >= (marks.get(id) ?? '')) marks.set(id, createdAt)
  }

  function noteAll(kept: readonly ReadMark[]): void {
    kept.filter(Array.isArray).forEach(note)
    // A later mark is of a conversation that only another tab has seen yet.
    for (const [id, createdAt] of marks)
      if (id !== listedTo && listedIds?.has(id) === false && createdAt <= (marks.get(listedTo) ?? ''))
        marks.delete(id)
  }

  function save(change = (): void => {}): void {
    if (!isLoaded) return
    void stored.change((kept) => {
      // What another page has written meanwhile stays.
      noteAll(kept)
      change()
      return [...marks]
    })
  }

  async function load(): Promise<void> {
    const kept = await stored.read().catch(() => undefined)
    if (!kept || isLoaded) return
    isLoaded = true
    assumed.forEach((id) => marks.delete(id))
    noteAll(kept)
  }

  async function list(conversations: readonly Listed[]): Promise<void> {
    if (!isLoaded) await load()
    const former = marks.get(listedTo)
    const { size } = marks
    for (const { id, updatedAt, isJoined } of conversations) {
      if (marks.has(id)) continue
      marks.set(id, isJoined ? updatedAt : (former ?? updatedAt))
      if (!isLoaded) assumed.add(id)
    }
    const newest = conversations.map(({ updatedAt }) => updatedAt)
    listedIds = new Set(conversations.map(({ id }) => id))
    if (isLoaded) note([listedTo, newest.reduce((one, other) => (one > other ? one : other), former ?? '')])
    if (marks.size !== size || marks.get(listedTo) !== former) save()
  }

  return {
    others$: defer(() => tabsOf(tabs)).pipe(
      switchMap((each) => each?.shareMarks(name, own$) ?? EMPTY),
      tap(note),
    ),
    list,
    of: (id) => marks.get(id) ?? marks.get(listedTo) ?? '',
    set(mark) {
      note(mark)
      assumed.delete(mark[0])
      own$.next(mark)
      save()
    },
    put([id, createdAt]) {
      const change = (): unknown => marks.set(id, createdAt)
      change()
      save(change)
    },
  }
}
