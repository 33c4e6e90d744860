import type { ConnectedUser } from '@parley/core'
import type { ThreadAction } from './thread.ts'

/** Keeps up with one conversation over one connection at a time. */
export interface Follower {
  readonly conversationId: string
  /** Listens, and fetches what was missed since the connection before. */
  start: () => void
  stop: () => void
}

export interface FollowerOptions {
  me: ConnectedUser
  conversationId: string
  onChange: (action: ThreadAction) => void
  /** The first page came; `nextToken` leads to what is older. */
  onFirstPage: (nextToken: string | undefined) => void
  /** Everything up to now is here, and what is new arrives. */
  onUpToDate: () => void
  onLost: () => void
}

/** Why a stream was closed that is wanted. */
const brokenOff = new Error('the connection broke off')

export function followConversation(options: FollowerOptions): Follower {
  const { me, conversationId, onChange } = options
  let stream = new AbortController()
  /** The last signal seen, to resume after. */
  let lastSignalId: string | undefined
  let isUpToDate = false
  /** Messages with nothing missing before them: where fetching what was missed may stop. */
  const settled = new Set<string>()

  async function listen(controller: AbortController): Promise<void> {
    const { signal } = controller
    const after = lastSignalId === undefined ? {} : { after: lastSignalId }
    let fetching: Promise<void> | undefined

    function onReady(): void {
      onChange({ type: 'stream_opened' })
      // Only now, as the stream is open, so that nothing falls between the page and the stream.
      fetching = fetchMissed(signal).catch(() => controller.abort(brokenOff))
    }

    try {
      for await (const received of me.listenConversation({ id: conversationId, signal, onReady, ...after })) {
        lastSignalId = received.id ?? lastSignalId
        if (isUpToDate && received.type === 'message_created') settled.add(received.data.id)
        onChange({ type: 'signal', signal: received })
      }
    } catch {
      // Whatever it was, the stream is over; the visitor is told so below.
    }
    if (signal.aborted && signal.reason !== brokenOff) return

    isUpToDate = false
    controller.abort(brokenOff)
    await fetching
    options.onLost()
  }

  async function fetchMissed(signal: AbortSignal): Promise<void> {
    const isFirst = settled.size === 0
    const fetched: string[] = []
    let nextToken: string | undefined
    for (;;) {
      const page = await me.listMessages({ conversationId, ...(nextToken && { nextToken }) }, { signal })
      onChange({ type: 'stored', messages: page.messages })
      fetched.push(...page.messages.map((message) => message.id))
      nextToken = page.meta.nextToken
      if (isFirst || !nextToken || page.messages.some((message) => settled.has(message.id))) break
    }
    if (isFirst) options.onFirstPage(nextToken)
    for (const id of fetched) settled.add(id)
    isUpToDate = true
    options.onUpToDate()
  }

  return {
    conversationId,
    start() {
      stream.abort()
      stream = new AbortController()
      void listen(stream)
    },
    stop: () => stream.abort(),
  }
}
