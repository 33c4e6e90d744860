import { defer, EMPTY, type Observable, Subject, switchMap, tap } from 'rxjs'
import { createStored } from '../conversation/stored.ts'
import { tabsOf } from '../tabs/load-tabs.ts'
import type { ReadMark } from '../tabs/tabs.ts'
import type { InboxOptions } from './inbox.ts'

/** Up to when each conversation was read on this device, by the server's times. */
export interface ReadMarks {
  /** Emits what is read in other tabs, as long as it is subscribed to. */
  readonly others$: Observable<ReadMark>
  /** Resolves when what was kept is known. What is there the first time of all counts as read: `newest` is its time. */
  load: (newest: string) => Promise<void>
  of: (id: string) => string
  set: (mark: ReadMark) => void
}

export function createReadMarks({ storage, tabs }: InboxOptions, name: string): ReadMarks {
  const stored = createStored<ReadMark>(storage, name)
  /** The empty id is for those that have no mark of their own. */
  const marks = new Map<string, string>()
  const own$ = new Subject<ReadMark>()
  let loaded: Promise<void> | undefined

  function note([id, createdAt]: ReadMark): void {
    if (createdAt > (marks.get(id) ?? '')) marks.set(id, createdAt)
  }

  function save(): void {
    void stored.change((kept) => {
      // What another page has written meanwhile stays.
      kept.forEach(note)
      return [...marks]
    })
  }

  async function load(newest: string): Promise<void> {
    const kept = await stored.read()
    kept.forEach(note)
    if (kept.length > 0) return
    note(['', newest])
    save()
  }

  return {
    others$: defer(() => tabsOf(tabs)).pipe(
      switchMap((each) => each?.shareMarks(name, own$) ?? EMPTY),
      tap(note),
    ),
    load: (newest) => (loaded ??= load(newest)),
    of: (id) => marks.get(id) ?? marks.get('') ?? '',
    set(mark) {
      note(mark)
      own$.next(mark)
      save()
    },
  }
}
