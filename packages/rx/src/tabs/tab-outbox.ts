import { filter, Subscription, switchMap, take, takeUntil } from 'rxjs'
import type { SendInput, UnsentInput } from '../timeline/timeline-input.ts'
import { fromPlain, toPlain, type PlainError } from './plain-error.ts'
import { openChannel, type Channel, type TabEnvironment } from './tab-environment.ts'
import type { OutboxOfTabs, TabOutbox } from './tabs.ts'
import { turns } from './turns.ts'

/** What another tab does not get rid of in this time, this one would send as well: it waits for its turn. */
const patienceMs = 1_000

/** What one tab tells the others. */
type OutboxNews =
  /** What is unsent? Who knows answers with `queued`. */
  | { type: 'ask' }
  | { type: 'queued'; sends: readonly PackedSend[] }
  | { type: 'failed'; key: string; error: PlainError }
  | Exclude<SendInput, { type: 'queued' | 'failed' }>

interface PackedSend extends Omit<UnsentInput, 'error'> {
  error: PlainError | undefined
  /** It may have arrived. */
  isStarted: boolean
}

/** Has an outbox in common with other tabs: what one says, all hear; and one sends at a time. */
export function joinTabOutbox(ports: TabEnvironment, name: string, outbox: TabOutbox): OutboxOfTabs {
  const { awake$, clock } = ports
  const { state, take: fold, started, run } = outbox
  const hasUnsent = (): boolean => state().unsent.some(({ status }) => status === 'sending')
  let channel: Channel<OutboxNews> | undefined
  let isInTurn = false
  let hasLeft = false

  function hear(news: OutboxNews): void {
    if (news.type === 'ask') return answer()
    if (news.type === 'queued') add(news.sends)
    else fold(news.type === 'failed' ? { ...news, error: fromPlain(news.error) } : news)
    if (hasUnsent()) clock.after(patienceMs, () => !hasLeft && hasUnsent() && run())
  }

  function answer(): void {
    const sends = state().unsent.map((each) => pack(each))
    if (sends.length > 0) channel?.tell({ type: 'queued', sends })
  }

  function add(packed: readonly PackedSend[]): void {
    const { unsent } = state()
    const sends = packed.filter(({ key }) => !unsent.some((each) => each.key === key))
    // It is not in its turn: who is may be sending them just now.
    for (const { key, isStarted } of sends) if (isStarted || !isInTurn) started.add(key)
    if (sends.length > 0) fold({ type: 'queued', sends: packed.map(unpack) })
  }

  function pack({ key, payload, metadata, error }: UnsentInput): PackedSend {
    return { key, payload, metadata, error: error && toPlain(error), isStarted: started.has(key) }
  }

  function close(): void {
    channel?.close()
    channel = undefined
  }

  const markStarted = (): void => state().unsent.forEach(({ key }) => started.add(key))

  const watching = awake$.subscribe((isAwake) => {
    close()
    // Others may send them while this one hears of nothing.
    if (!isAwake) return markStarted()
    channel = openChannel(ports, name, hear)
    channel.tell({ type: 'ask' })
  })

  return {
    tell(input) {
      if (input.type === 'queued') channel?.tell({ type: 'queued', sends: input.sends.map(pack) })
      else channel?.tell(input.type === 'failed' ? { ...input, error: toPlain(input.error) } : input)
    },

    inTurn: (work) =>
      new Promise((resolve, reject) => {
        const turn = new Subscription()
        const asleep$ = awake$.pipe(filter((isAwake) => !isAwake))
        const awakeTurns$ = awake$.pipe(
          filter(Boolean),
          take(1),
          switchMap(() => turns(ports, name).pipe(takeUntil(asleep$))),
        )
        async function begin({ hasWaited }: { hasWaited: boolean }): Promise<void> {
          isInTurn = true
          if (hasWaited) markStarted()
          try {
            await work(() => turn.closed)
          } finally {
            isInTurn = false
            turn.unsubscribe()
          }
        }
        turn.add(
          awakeTurns$.subscribe({
            next: (each) => void begin(each).then(resolve, reject),
            complete() {
              turn.unsubscribe()
              if (!isInTurn) resolve()
            },
          }),
        )
      }),

    leave() {
      hasLeft = true
      watching.unsubscribe()
      close()
    },
  }
}

function unpack({ error, ...send }: PackedSend): UnsentInput {
  return { ...send, error: error && fromPlain(error) }
}
