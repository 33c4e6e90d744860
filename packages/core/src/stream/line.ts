import type { Client } from '../client/client.ts'
import { fitSignal } from '../custom-types/validate.ts'
import { networkFailed, timedOut } from '../errors/unable-to.ts'
import type { UserSignal } from './chat-signal.ts'
import { connect } from './connection.ts'
import { createInbox } from './inbox.ts'
import type { MessageCreated, Missed } from './missed.ts'
import { keyOf, type Progress } from './progress.ts'
import type { StreamOptions } from './stream-options.ts'
import type { StreamItem, StreamReady } from './stream-parser.ts'
import type { StreamTarget } from './stream-target.ts'
import type { Wakes } from './wakes.ts'

interface LineOptions {
  client: Client
  target: StreamTarget
  options: Omit<StreamOptions, 'id'>
  progress: Progress
  wakes: Wakes
  /** Undefined where the caller fetches. */
  fetching: Missed | undefined
}

/** How a line came to its end. */
interface Lost {
  cause: unknown
  /** Whether the connection was established. */
  wasOpen: boolean
  /** Whether it delivered signals that were new. */
  wasUseful: boolean
}

/** What is to be done about something that happened, in its turn. */
type Step = () => End | undefined

type End = Omit<Lost, 'wasUseful'>

/**
 * Holds one connection until it is lost, and gives its signals, with those that were missed before it: the stream is open before
 * these are fetched, so that nothing falls between, and what arrives meanwhile waits for its turn.
 */
export async function* holdLine(line: LineOptions): AsyncGenerator<UserSignal, Lost> {
  const { client, target, progress, wakes, fetching } = line
  const { capabilities, clock, idleTimeoutMs } = client
  const { name, conversationId } = target
  const { signal, onStatus, onReady, onPossibleGap } = line.options
  /** Servers ping well within this time. */
  const staleMs = idleTimeoutMs / 2

  const end = new AbortController()
  signal?.addEventListener('abort', () => end.abort(signal.reason), { signal: end.signal })
  const inbox = createInbox<Step>()
  const batches = open()
  /** What is to be given next. */
  const ready: UserSignal[] = []
  /** What came while what was missed is being fetched. */
  let held: UserSignal[] | undefined
  let fetched: Promise<void> | undefined
  let isReading = false
  let readingSince = 0
  /** Not yet. */
  let openedAt = Infinity
  let isResumable = false
  let wasUseful = false
  let gone: End | undefined

  async function* open(): AsyncGenerator<StreamItem[], void> {
    await capabilities.loaded(end.signal)
    isResumable = capabilities.has('resume')
    await fetching?.anchor(end.signal)
    yield* connect(client, target, { isResumable, lastId: progress.lastId, signal: end.signal })
  }

  function read(): void {
    isReading = true
    readingSince = clock.now()
    const lose = async (cause: unknown): Promise<void> => {
      gone = lost(cause)
      // What waits for its turn came before this end, and is not lost.
      await fetched
      inbox.put(() => gone)
    }
    batches.next().then(({ done, value }) => {
      if (done) return lose(networkFailed(name, 'it ended'))
      return inbox.put(() => takeItems(value))
    }, lose)
  }

  function takeItems(items: StreamItem[]): undefined {
    isReading = false
    for (const item of items) {
      if (item.type === 'ready') begin(item.data)
      else {
        begin({ state: 'fresh' })
        ;(held ?? ready).push(item)
      }
    }
  }

  /** Only the first one counts: a signal without it says as much, and a server may say it after us. */
  function begin(opening: StreamReady): void {
    const { state, id } = opening
    progress.lastId = id ?? progress.lastId
    if (openedAt < Infinity) return
    const isBroken = progress.hasBegun && state !== 'resumed'
    progress.hasBegun = true
    openedAt = clock.now()
    wakes.listen((doubtedSince) => inbox.put(() => check(doubtedSince)))
    onStatus?.({ state: 'online' })
    onReady?.({ ...opening, state: isBroken ? 'reset' : state })
    if (isBroken) {
      progress.isBehind = true
      const cause = isResumable ? 'reset' : 'no_replay'
      ready.push({ type: 'discontinuity', data: { ...(conversationId && { conversationId }), cause } })
    }
    if (progress.isBehind) catchUp()
  }

  function catchUp(): void {
    if (!fetching || held) return
    held = []
    progress.isBehind = true
    fetched = fetching.fetch(end.signal).then(
      (missed) => inbox.put(() => takeMissed(missed)),
      (cause: unknown) => inbox.put(() => lost(cause)),
    )
  }

  /** The list may know more than the stream has brought so far: what is newer than what arrived goes behind it. */
  function takeMissed(missed: MessageCreated[]): undefined {
    const arrived = held ?? []
    const lacking = missed.filter((each) => !arrived.some((other) => keyOf(other) === keyOf(each)))
    // Only what has a time of its own can be older or newer.
    const timeOf = ({ data }: UserSignal) => (data as { createdAt?: string } | null)?.createdAt ?? ''
    const giveOlder = (time = '~'): void => {
      while (lacking[0] && lacking[0].data.createdAt < time) ready.push(...lacking.splice(0, 1))
    }
    giveOlder(arrived.map(timeOf).find(Boolean))
    for (const each of arrived) {
      giveOlder(timeOf(each))
      ready.push(each)
    }
    giveOlder()
    held = undefined
    progress.isBehind = false
  }

  function check(doubtedSince?: number): End | undefined {
    const now = clock.now()
    if (gone || readingSince <= (doubtedSince ?? now - staleMs))
      return gone ?? lost(timedOut(name, now - readingSince))
    if (isResumable || doubtedSince !== undefined) return undefined
    if (fetching) catchUp()
    else onPossibleGap?.()
    return undefined
  }

  function lost(cause: unknown): End {
    return { cause, wasOpen: openedAt < Infinity }
  }

  try {
    for (;;) {
      if (!isReading) read()
      const step = await inbox.take()
      const over = step()
      for (const each of ready.splice(0)) {
        signal?.throwIfAborted()
        fetching?.learn(each)
        if (!progress.see(each)) continue
        wasUseful ||= !/^(unknown|discontinuity)$/.test(each.type)
        yield client.schemas ? await fitSignal(each, client.schemas) : each
      }
      if (over) return { ...over, wasUseful }
    }
  } finally {
    wakes.listen()
    end.abort()
    void batches.return().catch(() => {})
  }
}
