import { BehaviorSubject, NEVER } from 'rxjs'
import { openConversation, type ConversationOptions, type LiveConversation } from '../src/index.ts'
import { createTabCoordinator, type TabEnvironment } from '../src/tabs/index.ts'
import { connectUser } from './connect-user.ts'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'
import { watch, type Watched } from './watch.ts'

export interface Tab extends Watched {
  readonly conversation: LiveConversation
  /** The ids of the received events. */
  readonly events: (string | null)[]
  /** Closes the tab like a browser: its locks are released, and its requests never settle. */
  close: () => void
  /** Freezes the page until `resume`. */
  freeze: () => void
  resume: () => void
}

/** Simulates a tab of a user within the process, with real locks and channels. */
export async function openTab(
  service: FakeHostedService,
  {
    environment,
    ...options
  }: ConversationOptions & { userKey?: string; environment?: Partial<TabEnvironment> } = {},
): Promise<Tab> {
  const active$ = new BehaviorSubject(true)
  const closed = new AbortController()
  const never = new Promise<never>(() => {})
  const me = await connectUser(service, options.userKey ?? 'me', {
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const signal = AbortSignal.any([request.signal, closed.signal])
      return fetch(new Request(request, { signal })).catch((error: unknown) => {
        if (closed.signal.aborted) return never
        throw error
      })
    },
  })
  const tabs = createTabCoordinator({ pageActive$: active$, reconnect$: NEVER, ...environment })
  const conversation = openConversation(me, 'c1', {
    random: () => 0.02,
    disconnectDelayMs: 20,
    tabs,
    ...options,
  })
  const events: (string | null)[] = []
  const { latest: seen, stop } = watch(conversation)
  const subscription = conversation.events$.subscribe(({ id }) => void events.push(id))

  function stopAll(): void {
    stop()
    subscription.unsubscribe()
  }

  return {
    conversation,
    latest: seen,
    events,
    stop: stopAll,
    close() {
      closed.abort()
      active$.next(false)
      stopAll()
    },
    freeze: () => active$.next(false),
    resume: () => active$.next(true),
  }
}
