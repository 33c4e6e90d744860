import { ChatError, isChatError, isRetryable, type Message, type Payload } from '@parley/core'
import { filter, firstValueFrom, map, merge } from 'rxjs'
import { tabsOf } from '../tabs/load-tabs.ts'
import type { OutboxOfTabs, Tabs } from '../tabs/tabs.ts'
import { nextTry } from '../time/waiting.ts'
import type { PendingMessage } from '../timeline/chat-message.ts'
import type { SendInput } from '../timeline/timeline-input.ts'
import { createBlockDetector, type BlockDetector } from './block-detector.ts'
import type { Context } from './context.ts'
import type { ChatStorage } from './conversation-options.ts'
import { createKey } from './create-key.ts'
import type { History } from './history.ts'
import { createOutboxRecord } from './outbox-record.ts'
import { outcomeOf } from './outcome.ts'

/** A server that fails so often at one message is not to hold up those after it. */
const maxAttempts = 8

export interface Outbox {
  send: (
    payload: Payload,
    options?: { metadata?: Record<string, unknown> | undefined; key?: string | undefined },
  ) => Promise<Message>
  retry: (key: string) => Promise<Message>
  discard: (key: string) => void
  /**
   * Somebody looks: what the storage and other tabs have comes back, and what is unsent is sent. Or nobody does any more: it goes
   * on only as long as something is unsent.
   */
  watch: (isWatched: boolean) => void
}

export interface OutboxOptions {
  storage: ChatStorage | undefined
  tabs: Tabs | false | undefined
  history: History
}

/** Sends one message after the other, each once: after an outcome that is not known it looks before it sends again. */
export function createOutbox(context: Context, { storage, tabs, history }: OutboxOptions): Outbox {
  const { me, id, timeline$, state, take } = context
  const record = createOutboxRecord(storage, `parley:outbox:${me.url}:${me.user.id}:${id}`)
  /** Those that may have arrived. */
  const started = new Set<string>()
  let joining: Promise<OutboxOfTabs | undefined> | undefined
  let isWatched = false
  let isRunning = false

  let saved = state().unsent
  timeline$.subscribe(({ unsent }) => {
    if (unsent === saved) return
    saved = unsent
    void save()
    // Another tab may have sent or discarded the last message: the channel to it is no longer needed.
    if (unsent.length === 0) void run()
  })

  function save(): Promise<void> {
    return record.save(state().unsent, started)
  }

  const next = (): PendingMessage | undefined => state().unsent.find(({ status }) => status === 'sending')
  const isUnsent = (key: string): boolean => state().unsent.some((each) => each.key === key)
  const joined = (): Promise<OutboxOfTabs | undefined> => (joining ??= join())

  async function join(): Promise<OutboxOfTabs | undefined> {
    const line = await joinTabs()
    const kept = await record.load()
    // Another tab may be sending it just now.
    for (const { key, isStarted } of kept) if (isStarted || line) started.add(key)
    // Includes known messages: the stored order is the order of sending.
    take({ type: 'queued', sends: kept, isRestored: true })
    // What has arrived after all is not to be kept, and sent again on a later day.
    if (kept[0]) void save()
    return line
  }

  /** If a page may not share with other tabs, it sends by itself. */
  async function joinTabs(): Promise<OutboxOfTabs | undefined> {
    try {
      return (await tabsOf(tabs))?.joinOutbox(me, { state, take, started, run: () => void run() })
    } catch {
      return undefined
    }
  }

  function change(input: SendInput): void {
    void joined().then((line) => line?.tell(input))
    take(input)
    void run()
  }

  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    try {
      const line = await joined()
      for (let attempt = 1; next(); attempt++) {
        try {
          await (line ? line.inTurn(sendAll) : sendAll())
        } catch {
          // Unexpected failures, such as of the tabs' locks, must not block messages permanently.
          await firstValueFrom(nextTry(context, attempt, {}))
        }
      }
      if (isWatched || state().unsent.length > 0) return
      line?.leave()
      joining = undefined
    } finally {
      isRunning = false
    }
  }

  /** Keeps its promise by what the timeline says, whoever brings it about. */
  function outcome(key: string): Promise<Message> {
    const message$ = timeline$.pipe(
      map(() => outcomeOf(key, state())),
      filter((message) => message !== undefined),
    )
    const promise = firstValueFrom(message$)
    // Who does not look at the promise sees the failure in the message.
    promise.catch(() => {})
    return promise
  }

  async function sendAll(isOver = () => false): Promise<void> {
    const detector = createBlockDetector(context.clock)
    try {
      for (let first = next(); first && !isOver(); first = next()) await sendOne(first, { isOver, detector })
    } finally {
      detector.reset()
    }
  }

  async function sendOne(
    { key, payload, metadata = {} }: PendingMessage,
    { isOver, detector }: { isOver: () => boolean; detector: BlockDetector },
  ): Promise<void> {
    detector.reset()
    const arrived = outcome(key)
    const end = new AbortController()
    arrived.catch((reason: unknown) => end.abort(reason))
    let isSending = false
    for (let attempt = 1; isUnsent(key); attempt++) {
      try {
        isSending = false
        if (started.has(key)) await history.look()
        const blocked = isUnsent(key) && detector.otherSucceeded()
        if (blocked) return change({ type: 'failed', key, error: blocked })
        started.add(key)
        await save()
        if (isOver() || !isUnsent(key)) return
        const input = { conversationId: id, payload, metadata }
        isSending = true
        const sending = me.createMessage(input, { idempotencyKey: key, signal: end.signal })
        // The echo is as good as the answer, and a lost answer is not to be waited for.
        const message = await Promise.race([sending.then((answer) => answer.message), arrived])
        return change({ type: 'answered', key, message })
      } catch (cause) {
        if (end.signal.aborted) return
        if (!isRetryable(cause) || (cause.status > 0 && attempt >= maxAttempts)) {
          const error = isChatError(cause) ? cause : new ChatError('Unknown', String(cause), { cause })
          return change({ type: 'failed', key, error })
        }
        if (isSending) detector.sendFailed(cause)
        else detector.reset()
        // Its echo may come meanwhile, or it is discarded: those after it are not to wait.
        await firstValueFrom(merge(nextTry(context, attempt, cause), arrived)).catch(() => {})
      }
    }
  }

  return {
    send(payload, { metadata, key: given } = {}) {
      const key = given ?? createKey()
      // It may have been sent before.
      if (given !== undefined) started.add(given)
      change({ type: 'queued', sends: [{ key, payload, metadata }] })
      return outcome(key)
    },
    retry(key) {
      change({ type: 'retried', key })
      return outcome(key)
    },
    discard: (key) => change({ type: 'discarded', key }),
    watch(value) {
      isWatched = value
      void run()
    },
  }
}
