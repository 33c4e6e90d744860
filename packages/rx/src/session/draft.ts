import type { ChatError } from '@parley/core'
import { BehaviorSubject, defer } from 'rxjs'
import type { OutboxStorage } from '../conversation/conversation-options.ts'
import { createKept } from './kept.ts'
import { createStore, type Store } from './store.ts'

/** What is being written for a conversation. */
export interface Draft {
  readonly text: string
  /** How many of the messages written here are on their way. */
  readonly sending: number
  /** Why the last one came back. */
  readonly error: ChatError | undefined
}

/** A draft as all composers of a conversation share it. What is typed is shown at once: a text field cannot wait for a frame. */
export interface SharedDraft extends Store<Draft> {
  change: (change: Partial<Draft>) => void
}

export function createSharedDraft(storage: OutboxStorage | undefined, name: string): SharedDraft {
  const initial: Draft = { text: '', sending: 0, error: undefined }
  const kept = createKept(storage, name)
  const draft$ = new BehaviorSubject(initial)
  let isLoaded = false

  function change(next: Partial<Draft>): void {
    if (next.text !== undefined) {
      isLoaded = true
      void kept.write(next.text)
    }
    draft$.next({ ...draft$.value, ...next })
  }

  async function load(): Promise<void> {
    const text = await kept.read()
    // Somebody may have begun to write.
    if (text && !isLoaded) change({ text })
    isLoaded = true
  }

  const loaded$ = defer(() => {
    if (!isLoaded) void load()
    return draft$
  })
  return { ...createStore(loaded$, initial), change, get: () => draft$.value }
}
