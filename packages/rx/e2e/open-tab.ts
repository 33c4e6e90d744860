import { BehaviorSubject, NEVER } from 'rxjs'
import { openConversation, type ConversationOptions, type LiveConversation } from '../src/index.ts'
import { shareTabs, type TabEnvironment } from '../src/tabs/index.ts'
import { connectUser } from './connect-user.ts'
import type { FakeHostedService } from './fake-hosted-service-controls.ts'
import { watch, type Watched } from './watch.ts'

export interface Tab extends Watched {
  readonly conversation: LiveConversation
  /** The ids of the events that came. */
  readonly events: (string | null)[]
  /** What the browser does with a tab that is closed: its locks are free, and nothing of it runs or answers any more. */
  close: () => void
  /** The page is left, and may come back. */
  freeze: () => void
  resume: () => void
}

/** One of the tabs of a user, in one process: with real locks and channels, and a page that can be closed. */
export async function openTab(
  service: FakeHostedService,
  { ports, ...options }: ConversationOptions & { userKey?: string; ports?: Partial<TabEnvironment> } = {},
): Promise<Tab> {
  const awake$ = new BehaviorSubject(true)
  const dead = new AbortController()
  const never = new Promise<never>(() => {})
  const me = await connectUser(service, options.userKey ?? 'me', {
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const signal = AbortSignal.any([request.signal, dead.signal])
      return fetch(new Request(request, { signal })).catch((error: unknown) => {
        if (dead.signal.aborted) return never
        throw error
      })
    },
  })
  const tabs = shareTabs({ pageActive$: awake$, reconnect$: NEVER, ...ports })
  const conversation = openConversation(me, 'c1', {
    random: () => 0.02,
    disconnectDelayMs: 20,
    tabs,
    ...options,
  })
  const events: (string | null)[] = []
  const { seen, stop } = watch(conversation)
  const listening = conversation.events$.subscribe(({ id }) => void events.push(id))

  function stopAll(): void {
    stop()
    listening.unsubscribe()
  }

  return {
    conversation,
    seen,
    events,
    stop: stopAll,
    close() {
      dead.abort()
      awake$.next(false)
      stopAll()
    },
    freeze: () => awake$.next(false),
    resume: () => awake$.next(true),
  }
}
