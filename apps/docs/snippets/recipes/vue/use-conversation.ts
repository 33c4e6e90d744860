import type { ConnectedUser } from '@parley/core'
import { openConversation } from '@parley/rx'
import type { Observable } from 'rxjs'
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'

/** A live conversation as refs. It closes with the component that calls this. */
export function useConversation(me: ConnectedUser, id: string) {
  const live = openConversation(me, id, { storage: 'local' })
  return {
    messages: refOf(live.messages$, []),
    connection: refOf(live.connection$, undefined),
    isAnswering: refOf(live.isAnswering$, false),
    send: (text: string) => live.send({ type: 'text', text }),
    retry: live.retry,
    stop: live.stop,
  }
}

function refOf<T, Initial>(
  observable: Observable<T>,
  initial: Initial,
): Readonly<ShallowRef<T | Initial>> {
  const ref = shallowRef<T | Initial>(initial) // messages are immutable
  const subscription = observable.subscribe((value) => {
    ref.value = value
  })
  onScopeDispose(() => {
    subscription.unsubscribe()
  })
  return ref
}
