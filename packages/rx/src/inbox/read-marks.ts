import { defer, EMPTY, type Observable, Subject, switchMap, tap } from 'rxjs'
import { createStoredList } from '../conversation/stored-list.ts'
import { resolveStorage } from '../storage/resolve-storage.ts'
import { resolveTabs } from '../tabs/resolve-tabs.ts'
import type { ReadMark } from '../tabs/tabs.ts'
import type { InboxOptions } from './inbox.ts'

/** The read mark of each conversation on this device, in server time. */
export interface ReadMarks {
  /** Emits the read marks of other tabs while subscribed. */
  readonly fromOtherTabs$: Observable<ReadMark>
  /**
   * Reconciles the marks with a complete list of conversations: adds missing ones, removes those of deleted
   * conversations.
   */
  reconcile: (conversations: readonly ListedConversation[]) => Promise<void>
  get: (id: string) => string
  /** Moves a mark forward, in all tabs. */
  set: (mark: ReadMark) => void
  /** Sets the mark of a user who has just joined. It may move back, and only changes in this tab. */
  setJoined: (mark: ReadMark) => void
}

interface ListedConversation {
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
const lastListingId = ''

export function createReadMarks({ storage, tabs }: InboxOptions, name: string): ReadMarks {
  const list = createStoredList<ReadMark>(resolveStorage(storage), name)
  const marks = new Map<string, string>()
  /** Marks that were set before the storage could be read. */
  const provisional = new Set<string>()
  const own$ = new Subject<ReadMark>()
  let isLoaded = false
  let listedIds: ReadonlySet<string> | undefined

  function advance([id, createdAt]: ReadMark): void {
    if (createdAt >= (marks.get(id) ?? '')) marks.set(id, createdAt)
  }

  function mergeStored(stored: readonly ReadMark[]): void {
    stored.filter(Array.isArray).forEach(advance)
    // A later mark belongs to a conversation that only another tab has seen so far.
    for (const [id, createdAt] of marks)
      if (
        id !== lastListingId &&
        listedIds?.has(id) === false &&
        createdAt <= (marks.get(lastListingId) ?? '')
      )
        marks.delete(id)
  }

  function save(change = (): void => {}): void {
    if (!isLoaded) return
    void list.update((stored) => {
      // Keeps the marks that other pages have stored since.
      mergeStored(stored)
      change()
      return [...marks]
    })
  }

  async function load(): Promise<void> {
    const stored = await list.read().catch(() => undefined)
    if (!stored || isLoaded) return
    isLoaded = true
    provisional.forEach((id) => marks.delete(id))
    mergeStored(stored)
  }

  async function reconcile(conversations: readonly ListedConversation[]): Promise<void> {
    if (!isLoaded) await load()
    const lastListing = marks.get(lastListingId)
    const { size } = marks
    for (const { id, updatedAt, isJoined } of conversations) {
      if (marks.has(id)) continue
      marks.set(id, isJoined ? updatedAt : (lastListing ?? updatedAt))
      if (!isLoaded) provisional.add(id)
    }
    const times = conversations.map(({ updatedAt }) => updatedAt)
    listedIds = new Set(conversations.map(({ id }) => id))
    if (isLoaded) advance([lastListingId, times.reduce((a, b) => (a > b ? a : b), lastListing ?? '')])
    if (marks.size !== size || marks.get(lastListingId) !== lastListing) save()
  }

  return {
    fromOtherTabs$: defer(() => resolveTabs(tabs)).pipe(
      switchMap((resolved) => resolved?.shareReadMarks(name, own$) ?? EMPTY),
      tap(advance),
    ),
    reconcile,
    get: (id) => marks.get(id) ?? marks.get(lastListingId) ?? '',
    set(mark) {
      advance(mark)
      provisional.delete(mark[0])
      own$.next(mark)
      save()
    },
    setJoined([id, createdAt]) {
      const change = (): unknown => marks.set(id, createdAt)
      change()
      save(change)
    },
  }
}
