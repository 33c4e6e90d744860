import { ChatError, isChatError, type ConnectedUser, type Message, type Payload } from '@parley/core'
import type { OutboxOfTabs, Tabs, Turn } from '../tabs/tabs.ts'
import { mayPass, nextTry, type Waiting } from '../time/waiting.ts'
import type { UnsentMessage } from '../timeline/chat-message.ts'
import type { SendInput } from '../timeline/timeline-input.ts'
import type { Timeline } from '../timeline/timeline.ts'
import type { OutboxStorage } from './conversation-options.ts'
import { createKey } from './create-key.ts'
import { createOutboxRecord } from './outbox-record.ts'
import { createSends } from './sends.ts'

/** A server that fails so often at one message is not to hold up those after it. */
const maxAttempts = 8

export interface Outbox {
  send: (payload: Payload, metadata: Record<string, unknown> | undefined) => Promise<Message>
  retry: (key: string) => Promise<Message>
  discard: (key: string) => void
  /** Brings back what the storage and other tabs have, and sends what is unsent. */
  start: () => void
  /** Nobody looks any more: it goes on only as long as something is unsent. */
  stop: () => void
  /** To be called when the timeline has changed: what the stream or a page brought may be what was sent. */
  settle: () => void
}

export interface OutboxOptions extends Waiting {
  me: ConnectedUser
  storage: OutboxStorage | undefined
  tabs: () => Promise<Tabs | undefined>
  state: () => Timeline
  take: (input: SendInput) => void
  /** Lists the newest messages, to see whether one has arrived. */
  look: () => Promise<void>
}

/** Sends one message after the other, each once: after an outcome that is not known it looks before it sends again. */
export function createOutbox({ me, storage, tabs, state, take, look, ...waiting }: OutboxOptions): Outbox {
  const { conversationId, userId } = state()
  const record = createOutboxRecord(storage, `parley:outbox:${me.url}:${userId}:${conversationId}`)
  const sends = createSends()
  /** Those that may have arrived. */
  const started = new Set<string>()
  let unsent = state().unsent
  let joining: Promise<OutboxOfTabs> | undefined
  let isWatched = false
  let isRunning = false

  const next = (): UnsentMessage | undefined => unsent.find(({ status }) => status === 'sending')

  function change(input: SendInput): void {
    void joined().then((line) => line.tell(input))
    take(input)
    leaveWhenDone()
  }

  const joined = (): Promise<OutboxOfTabs> => (joining ??= join())

  async function join(): Promise<OutboxOfTabs> {
    const line = (await tabs())?.joinOutbox(me, { state, take, started, run: () => void run() })
    const kept = (await record.load()).filter(({ key }) => !unsent.some((each) => each.key === key))
    // Another tab may be sending it just now.
    for (const { key, isStarted } of kept) if (isStarted || line) started.add(key)
    if (kept.length > 0) take({ type: 'queued', sends: kept, isRestored: true })
    return line ?? alone
  }

  function leaveWhenDone(): void {
    if (isWatched || isRunning || unsent.length > 0) return
    void joining?.then((line) => line.leave())
    joining = undefined
  }

  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    const line = await joined()
    while (next()) await line.inTurn(sendAll)
    isRunning = false
    leaveWhenDone()
  }

  async function sendAll({ isOver }: Turn): Promise<void> {
    for (let attempt = 1; !isOver();) {
      const first = next()
      if (!first) break
      const error = await attemptTo(first, attempt)
      if (error) await nextTry(waiting, attempt, error)
      attempt = error ? attempt + 1 : 1
    }
  }

  /** Returns why it is to be tried again. */
  async function attemptTo(
    { key, payload, metadata }: UnsentMessage,
    attempt: number,
  ): Promise<ChatError | undefined> {
    const send = sends.of(key)
    try {
      if (started.has(key)) {
        await look()
        if (!unsent.some((each) => each.key === key)) return undefined
      }
      started.add(key)
      await record.save(unsent, started)
      const input = { conversationId, payload, ...(metadata && { metadata }) }
      const sending = me.createMessage(input, { idempotencyKey: key, signal: send.end.signal })
      // The echo is as good as the answer, and a lost answer is not to be waited for.
      const message = await Promise.race([sending.then((answer) => answer.message), send.promise])
      send.resolve(message)
      change({ type: 'answered', key, message })
    } catch (error) {
      if (send.end.signal.aborted) return undefined
      if (isChatError(error) && isWithoutEffect(error)) started.delete(key)
      if (mayPass(error) && !(error.status > 0 && attempt >= maxAttempts)) return error
      if (!mayPass(error)) started.delete(key)
      const failure = isChatError(error) ? error : new ChatError('Unknown', String(error), { cause: error })
      change({ type: 'failed', key, error: failure })
    }
    return undefined
  }

  function settle(): void {
    if (unsent !== state().unsent) {
      unsent = state().unsent
      for (const key of started) if (!unsent.some((each) => each.key === key)) started.delete(key)
      void record.save(unsent, started)
      leaveWhenDone()
    }
    sends.settle(state())
  }

  return {
    send(payload, metadata) {
      const key = createKey()
      const { promise } = sends.of(key)
      change({ type: 'queued', sends: [{ key, payload, ...(metadata && { metadata }) }] })
      void run()
      return promise
    },
    retry(key) {
      const { promise } = sends.of(key)
      change({ type: 'retried', key })
      sends.settle(state())
      void run()
      return promise
    },
    discard: (key) => change({ type: 'discarded', key }),
    start() {
      isWatched = true
      void run()
    },
    stop() {
      isWatched = false
      leaveWhenDone()
    },
    settle,
  }
}

/** Where no tabs have it in common. */
const alone: OutboxOfTabs = {
  tell() {},
  inTurn: (work) => work({ isOver: () => false }),
  leave() {},
}

/** It was turned away before it did anything. */
function isWithoutEffect({ type }: ChatError): boolean {
  return type === 'RateLimited' || type === 'Unavailable' || type === 'KeyUnavailable'
}
