import type { ConnectedUser } from '@parley/core'
import { openConversation } from '@parley/rx'
import type { Observable } from 'rxjs'
import { readable, type Readable } from 'svelte/store'

/** A live conversation as stores. It is connected while a component reads one of them. */
export function conversationStore(me: ConnectedUser, id: string) {
  const live = openConversation(me, id, { storage: 'local' })
  return {
    messages: storeOf(live.messages$, []),
    connection: storeOf(live.connection$, undefined),
    isAnswering: storeOf(live.isAnswering$, false),
    send: (text: string) => live.send({ type: 'text', text }),
    retry: live.retry,
    stop: live.stop,
  }
}

function storeOf<T, Initial>(
  observable: Observable<T>,
  initial: Initial,
): Readable<T | Initial> {
  return readable<T | Initial>(initial, (set) => {
    const subscription = observable.subscribe(set)
    return () => {
      subscription.unsubscribe()
    }
  })
}
