import type { ChatError, StorageOption } from '@parley/core'
import { defer, merge, type Observable, switchMap } from 'rxjs'
import type { ChatStorage } from '../conversation/conversation-options.ts'
import { createStoredText, type StoredText } from '../storage/stored-value.ts'
import { createMutex } from '../time/mutex.ts'
import { createState, type State } from '../time/state.ts'
import type { Identity } from './identity.ts'
import { createStore, type Store } from './store.ts'

/** The text in the composer of a conversation. */
export interface ComposerDraft {
  readonly text: string
  /** The number of this composer's messages that are in flight. */
  readonly sending: number
  /** The reason why the last message failed. */
  readonly error: ChatError | undefined
}

/** A draft, shared by all composers of a conversation. Changes are displayed at once, not with the next frame. */
export interface DraftStore extends Store<ComposerDraft> {
  readonly draft$: Observable<ComposerDraft>
  change: (change: Partial<Pick<ComposerDraft, 'text' | 'error'>>) => void
  /** Counts a message as in flight until the promise settles. */
  track: (sending: Promise<unknown>) => void
}

const initial: ComposerDraft = { text: '', sending: 0, error: undefined }

export function createDraftStore(
  { url, owner$ }: Identity,
  { storage, id }: { storage: StorageOption<ChatStorage> | undefined; id: string },
): DraftStore {
  const latest = createState(initial)
  const runExclusive = createMutex()
  let item: StoredText | undefined
  let wasChanged = false
  let isStarted = false

  /** Moves the draft to the storage item of a newly known owner, or restores the draft stored there. */
  async function setOwner(owner: string): Promise<void> {
    const previous = item
    const own = createStoredText(storage, `parley:draft:${url}:${owner}:${id}`)
    const text = wasChanged ? '' : await own.read()
    item = own
    // The user may have typed in the meantime.
    if (wasChanged) {
      void own.write(latest.value.text)
      void previous?.write('')
    } else if (text) change({ text })
  }

  function start(): void {
    if (isStarted) return
    isStarted = true
    owner$.value$.subscribe((owner) => owner !== undefined && void runExclusive(() => setOwner(owner)))
  }

  function change(next: Partial<ComposerDraft>): void {
    start()
    if (next.text !== undefined) {
      wasChanged = true
      void item?.write(next.text)
    }
    latest.next({ ...latest.value, ...next })
  }

  const draft$ = defer(() => {
    start()
    return latest.value$
  })
  return {
    ...createStore(draft$, initial),
    get: () => latest.value,
    draft$,
    change,
    track(sending) {
      const count = (difference: number): void => change({ sending: latest.value.sending + difference })
      const settle = (): void => count(-1)
      count(1)
      sending.then(settle, settle)
    },
  }
}

export interface CurrentDraftOptions {
  /** The draft while the id of the current conversation is unknown. */
  unassigned: DraftStore
  id$: State<string | undefined>
  /** Looks up the current conversation while subscribed. */
  lookup$: Observable<never>
  getDraft: (id: string) => DraftStore
}

/** The draft of the current conversation. Text that was typed before its id was known moves to the draft of that id. */
export function createCurrentDraftStore(options: CurrentDraftOptions): DraftStore {
  const { unassigned, id$, lookup$, getDraft } = options
  const getTarget = (): DraftStore => (id$.value ? getDraft(id$.value) : unassigned)
  let previous = unassigned

  function moveFrom(source: DraftStore): void {
    const target = getTarget()
    const { text } = source.get()
    if (target === source || !text) return
    source.change({ text: '' })
    target.change({ text: [target.get().text, text].filter(Boolean).join('\n') })
  }

  id$.value$.subscribe(() => {
    moveFrom(previous)
    previous = getTarget()
  })

  const draft$ = merge(
    id$.value$.pipe(switchMap(() => getTarget().draft$)),
    // The stored draft may load later.
    unassigned.draft$.pipe(
      switchMap(() => {
        moveFrom(unassigned)
        return []
      }),
    ),
    lookup$,
  )
  return {
    ...createStore(draft$, initial),
    get: () => getTarget().get(),
    draft$,
    change: (change) => getTarget().change(change),
    track: (sending) => getTarget().track(sending),
  }
}
