import type { ChatError } from '@parley/core'
import { defer, merge, type Observable, switchMap } from 'rxjs'
import type { ChatStorage } from '../conversation/conversation-options.ts'
import { createQueue } from '../time/queue.ts'
import { createState, type State } from '../time/state.ts'
import type { Identity } from './identity.ts'
import { createKept, type Kept } from './kept.ts'
import { createStore, type Store } from './store.ts'

/** What is being written for a conversation. */
export interface ComposerDraft {
  readonly text: string
  /** How many of the messages written here are on their way. */
  readonly sending: number
  /** Why the last one came back. */
  readonly error: ChatError | undefined
}

/** A draft as all composers of a conversation share it. What is typed is shown at once: a text field cannot wait for a frame. */
export interface DraftStore extends Store<ComposerDraft> {
  readonly draft$: Observable<ComposerDraft>
  change: (change: Partial<Pick<ComposerDraft, 'text' | 'error'>>) => void
  /** Counts a message as in flight until the promise settles. */
  track: (sending: Promise<unknown>) => void
}

const initial: ComposerDraft = { text: '', sending: 0, error: undefined }

export function createSharedDraft(
  { url, owner$ }: Identity,
  { storage, id }: { storage: ChatStorage | undefined; id: string },
): DraftStore {
  const latest = createState(initial)
  const inTurn = createQueue()
  let kept: Kept | undefined
  let hasText = false
  let isStarted = false

  /** Moves the draft to the entry of a newly known owner, or restores the draft stored there. */
  async function keepFor(owner: string): Promise<void> {
    const former = kept
    const own = createKept(storage, `parley:draft:${url}:${owner}:${id}`)
    const text = hasText ? '' : await own.read()
    kept = own
    // The user may have typed meanwhile.
    if (hasText) {
      void own.write(latest.value.text)
      void former?.write('')
    } else if (text) change({ text })
  }

  function start(): void {
    if (isStarted) return
    isStarted = true
    owner$.value$.subscribe((owner) => owner !== undefined && void inTurn(() => keepFor(owner)))
  }

  function change(next: Partial<ComposerDraft>): void {
    start()
    if (next.text !== undefined) {
      hasText = true
      void kept?.write(next.text)
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
      const count = (by: number): void => change({ sending: latest.value.sending + by })
      const settle = (): void => count(-1)
      count(1)
      sending.then(settle, settle)
    },
  }
}

export interface CurrentDraftOptions {
  /** The draft while the current conversation is unknown. */
  unplaced: DraftStore
  id$: State<string | undefined>
  /** Looks up the current conversation while subscribed. */
  lookup$: Observable<never>
  draftOf: (id: string) => DraftStore
}

/** The draft of the current conversation. Text that was typed before its id was known moves to the draft of that id. */
export function createCurrentDraft(options: CurrentDraftOptions): DraftStore {
  const { unplaced, id$, lookup$, draftOf } = options
  const target = (): DraftStore => (id$.value ? draftOf(id$.value) : unplaced)
  let former = unplaced

  function move(from: DraftStore): void {
    const to = target()
    const { text } = from.get()
    if (to === from || !text) return
    from.change({ text: '' })
    to.change({ text: [to.get().text, text].filter(Boolean).join('\n') })
  }

  id$.value$.subscribe(() => {
    move(former)
    former = target()
  })

  const draft$ = merge(
    id$.value$.pipe(switchMap(() => target().draft$)),
    // The stored draft may load later.
    unplaced.draft$.pipe(
      switchMap(() => {
        move(unplaced)
        return []
      }),
    ),
    lookup$,
  )
  return {
    ...createStore(draft$, initial),
    get: () => target().get(),
    draft$,
    change: (change) => target().change(change),
    track: (sending) => target().track(sending),
  }
}
