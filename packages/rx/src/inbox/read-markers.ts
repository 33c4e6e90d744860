import { defer, EMPTY, type Observable, Subject, switchMap, tap } from 'rxjs'
import { createStoredList } from '../storage/stored-value.ts'
import { resolveTabCoordinator, type ReadMarker } from '../tabs/tab-coordinator.ts'
import type { InboxOptions } from './inbox.ts'

/** The read marker of each conversation on this device, in server time. */
export interface ReadMarkers {
  /** Emits the read markers of other tabs while subscribed. */
  readonly fromOtherTabs$: Observable<ReadMarker>
  /**
   * Reconciles the markers with a complete list of conversations: adds missing ones, removes those of deleted
   * conversations.
   */
  reconcile: (conversations: readonly ListedConversation[]) => Promise<void>
  get: (id: string) => string
  /** Moves a marker forward, in all tabs. */
  set: (marker: ReadMarker) => void
  /** Sets the marker of a user who has just joined. It may move back, and only changes in this tab. */
  setJoined: (marker: ReadMarker) => void
}

interface ListedConversation {
  id: string
  updatedAt: string
  /** The user has just joined: earlier messages count as read. */
  isJoined: boolean
}

/**
 * The id of the marker with the time of the last listing on this device. A conversation that first appears later was
 * joined after it, so older messages count as read. The existence of this marker also shows that this is not the first
 * visit.
 */
const lastListingId = ''

export function createReadMarkers({ storage, tabs }: InboxOptions, name: string): ReadMarkers {
  const list = createStoredList<ReadMarker>(storage, name)
  const markers = new Map<string, string>()
  /** Markers that were set before the storage could be read. */
  const provisional = new Set<string>()
  const own$ = new Subject<ReadMarker>()
  let isLoaded = false
  let listedIds: ReadonlySet<string> | undefined

  function advance([id, createdAt]: ReadMarker): void {
    if (createdAt >= (markers.get(id) ?? '')) markers.set(id, createdAt)
  }

  function mergeStored(stored: readonly ReadMarker[]): void {
    stored.filter(Array.isArray).forEach(advance)
    // A later marker belongs to a conversation that only another tab has seen so far.
    for (const [id, createdAt] of markers)
      if (
        id !== lastListingId &&
        listedIds?.has(id) === false &&
        createdAt <= (markers.get(lastListingId) ?? '')
      )
        markers.delete(id)
  }

  function save(change = (): void => {}): void {
    if (!isLoaded) return
    void list.update((stored) => {
      // Keeps the markers that other pages have stored since.
      mergeStored(stored)
      change()
      return [...markers]
    })
  }

  async function load(): Promise<void> {
    const stored = await list.read().catch(() => undefined)
    if (!stored || isLoaded) return
    isLoaded = true
    provisional.forEach((id) => markers.delete(id))
    mergeStored(stored)
  }

  async function reconcile(conversations: readonly ListedConversation[]): Promise<void> {
    if (!isLoaded) await load()
    const lastListing = markers.get(lastListingId)
    const { size } = markers
    for (const { id, updatedAt, isJoined } of conversations) {
      if (markers.has(id)) continue
      markers.set(id, isJoined ? updatedAt : (lastListing ?? updatedAt))
      if (!isLoaded) provisional.add(id)
    }
    const times = conversations.map(({ updatedAt }) => updatedAt)
    listedIds = new Set(conversations.map(({ id }) => id))
    if (isLoaded) advance([lastListingId, times.reduce((a, b) => (a > b ? a : b), lastListing ?? '')])
    if (markers.size !== size || markers.get(lastListingId) !== lastListing) save()
  }

  return {
    fromOtherTabs$: defer(() => resolveTabCoordinator(tabs)).pipe(
      switchMap((resolved) => resolved?.shareReadMarkers(name, own$) ?? EMPTY),
      tap(advance),
    ),
    reconcile,
    get: (id) => markers.get(id) ?? markers.get(lastListingId) ?? '',
    set(marker) {
      advance(marker)
      provisional.delete(marker[0])
      own$.next(marker)
      save()
    },
    setJoined([id, createdAt]) {
      const change = (): unknown => markers.set(id, createdAt)
      change()
      save(change)
    },
  }
}
