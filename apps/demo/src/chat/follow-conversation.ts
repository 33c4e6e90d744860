import type { ConnectedUser } from '@parley/core'
import type { ThreadAction } from './thread.ts'

/** Keeps up with one conversation. */
export interface Follower {
  readonly conversationId: string
  /** Listens, over one connection after the other, and fetches what was missed between them. */
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

export function followConversation(options: FollowerOptions): Follower {
  const { me, conversationId, onChange } = options
  let stream = new AbortController()
  /** The last signal seen, to resume after. */
  let lastSignalId: string | undefined
  let fetching = new AbortController()
  let isUpToDate = false
  /** Messages with nothing missing before them: where fetching what was missed may stop. */
  const settled = new Set<string>()

  async function listen(controller: AbortController): Promise<void> {
    const { signal } = controller
    const after = lastSignalId === undefined ? {} : { after: lastSignalId }

    function lose(): void {
      if (signal.aborted) return
      isUpToDate = false
      fetching.abort()
      options.onLost()
    }

    const listening = me.listenConversation({
      id: conversationId,
      signal,
      ...after,
      missed: 'report',
      onReady() {
        onChange({ type: 'stream_opened' })
        // Only now, as the stream is open, so that nothing falls between the page and the stream.
        fetching.abort()
        fetching = new AbortController()
        const { signal: replaced } = fetching
        fetchMissed(AbortSignal.any([signal, replaced])).catch(() => {
          if (!replaced.aborted) lose()
        })
      },
      onStatus({ state }) {
        if (state === 'reconnecting' || state === 'offline') lose()
      },
    })
    try {
      for await (const received of listening) {
        lastSignalId = received.id ?? lastSignalId
        if (isUpToDate && received.type === 'message_created') settled.add(received.data.id)
        onChange({ type: 'signal', signal: received })
      }
    } catch {
      // Whatever it was, the stream is over; the visitor is told so below.
    }
    lose()
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
    stop() {
      stream.abort()
    },
  }
}
