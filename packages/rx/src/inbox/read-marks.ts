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
  /**
   * Reconciles the marks with a complete list of conversations: adds missing ones, removes those of deleted
   * conversations.
   */
  list: (conversations: readonly Listed[]) => Promise<void>
  of: (id: string) => string
  set: (mark: ReadMark) => void
  /** Sets the start of a user who has just joined. The mark may move back, and only changes in this tab. */
  put: (mark: ReadMark) => void
}

interface Listed {
  id: string
  updatedAt: string
  /** The user has just joined: earlier messages count as read. */
  isJoined: boolean
}

/**
 * The id of the mark with the time of the last listing on this device. A conversation that first appears later was
 * joined after it, so older messages count as read. The existence of this mark also shows that this is not the first
 * visit.
 */
const listedTo = ''

export function createReadMarks({ storage, tabs }: InboxOptions, name: string): ReadMarks {
  const stored = createStored<ReadMark>(storageOf(storage), name)
  const marks = new Map<string, string>()
  /** Marks that were set before the storage could be read. */
  const assumed = new Set<string>()
  const own$ = new Subject<ReadMark>()
  let isLoaded = false
  let listedIds: ReadonlySet<string> | undefined

  function note([id, createdAt]: ReadMark): void {
    if (createdAt >= (marks.get(id) ?? '')) marks.set(id, createdAt)
  }

  function noteAll(kept: readonly ReadMark[]): void {
    kept.filter(Array.isArray).forEach(note)
    // A later mark belongs to a conversation that only another tab has seen so far.
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
