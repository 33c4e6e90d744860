import type { ConnectedUser, Message } from '@parley/core'
import { expect, test, vi } from 'vitest'
import { followConversation, type Follower } from './follow-conversation.ts'
import { emptyThread, reduceThread } from './thread.ts'

test('begins with the newest page, and knows what leads to the older ones', async () => {
  const server = scriptedServer()
  server.store(30)
  const { follower, seen, events } = follow(server)

  follower.start()
  await vi.waitFor(() => expect(events).toEqual(['page 20', 'up to date']))

  expect(seen()).toEqual(numbers(11, 30))
})

test('fetches all that it missed, page by page, from a server that replays nothing', async () => {
  const server = scriptedServer()
  server.store(5)
  const { follower, seen, events } = follow(server)
  follower.start()
  await vi.waitFor(() => expect(events).toContain('up to date'))
  server.say()

  server.breakOff()
  await vi.waitFor(() => expect(events).toContain('lost'))
  server.store(50)
  follower.start()
  await vi.waitFor(() => expect(events).toEqual(['page 0', 'up to date', 'lost', 'up to date']))

  expect(seen()).toEqual(numbers(1, 56))
})

test('a fetch that breaks off in the middle leaves no gap when the next one succeeds', async () => {
  const server = scriptedServer()
  server.store(5)
  const { follower, seen, events } = follow(server)
  follower.start()
  await vi.waitFor(() => expect(events).toContain('up to date'))
  server.breakOff()
  server.store(50)
  await vi.waitFor(() => expect(events).toContain('lost'))

  server.failAfterPages(1)
  follower.start()
  await vi.waitFor(() => expect(events.filter((event) => event === 'lost')).toHaveLength(2))
  server.failAfterPages(Infinity)
  follower.start()
  await vi.waitFor(() => expect(events.filter((event) => event === 'up to date')).toHaveLength(2))

  expect(seen()).toEqual(numbers(1, 55))
})

test('resumes after the last signal that it saw', async () => {
  const server = scriptedServer()
  const { follower, events } = follow(server)
  follower.start()
  await vi.waitFor(() => expect(events).toContain('up to date'))
  server.say()
  server.say()

  server.breakOff()
  await vi.waitFor(() => expect(events).toContain('lost'))
  follower.start()
  await vi.waitFor(() => expect(server.openedAfter).toHaveLength(2))

  expect(server.openedAfter).toEqual([undefined, 'signal 2'])
})

test('says nothing of a stream that it was told to stop', async () => {
  const server = scriptedServer()
  const { follower, events } = follow(server)
  follower.start()
  await vi.waitFor(() => expect(events).toContain('up to date'))

  follower.stop()
  await vi.waitFor(() => expect(server.isListenedTo()).toBe(false))

  expect(events).not.toContain('lost')
})

function follow(server: ReturnType<typeof scriptedServer>): {
  follower: Follower
  seen: () => number[]
  events: string[]
} {
  let thread = emptyThread('conv_1', 'user_me')
  const events: string[] = []
  const follower = followConversation({
    me: server.me,
    conversationId: 'conv_1',
    onChange: (action) => (thread = reduceThread(thread, action)),
    onFirstPage: (nextToken) => events.push(`page ${nextToken ?? 0}`),
    onUpToDate: () => events.push('up to date'),
    onLost: () => events.push('lost'),
  })
  return { follower, seen: () => thread.messages.map(({ id }) => Number(id)), events }
}

/** A server with pages of 20, whose stream is open until it is told to break off, and which replays nothing. */
function scriptedServer() {
  const stored: Message[] = []
  const openedAfter: (string | undefined)[] = []
  let deliver: ((message: Message | undefined) => void) | undefined
  let signals = 0
  let pagesLeft = Infinity

  function store(count: number): void {
    for (let each = 0; each < count; each++) stored.push(message(stored.length + 1))
  }

  async function* listen({ after, signal, onReady }: Parameters<ConnectedUser['listenConversation']>[0]) {
    openedAfter.push(after)
    const queue: (Message | undefined)[] = []
    let wake = (): void => {}
    deliver = (each) => {
      queue.push(each)
      wake()
    }
    signal?.addEventListener('abort', () => deliver?.(undefined))
    onReady?.({ state: 'fresh' })
    try {
      for (;;) {
        if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        const next = queue.shift()
        if (!next) throw new Error('broken off')
        yield { type: 'message_created' as const, data: { ...next, isBot: true }, id: `signal ${++signals}` }
      }
    } finally {
      deliver = undefined
    }
  }

  async function listMessages({ nextToken }: { nextToken?: string }) {
    if (pagesLeft-- <= 0) throw new Error('the network is gone')
    const from = Number(nextToken ?? 0)
    const messages = stored.toReversed().slice(from, from + 20)
    return { messages, meta: from + 20 < stored.length ? { nextToken: String(from + 20) } : {} }
  }

  return {
    me: { listenConversation: listen, listMessages } as unknown as ConnectedUser,
    openedAfter,
    store,
    say() {
      store(1)
      deliver?.(stored.at(-1))
    },
    breakOff: () => deliver?.(undefined),
    failAfterPages: (pages: number) => (pagesLeft = pages),
    isListenedTo: () => deliver !== undefined,
  }
}

function message(number: number): Message {
  const createdAt = new Date(Date.UTC(2030, 0, 1) + number).toISOString()
  return {
    id: String(number),
    createdAt,
    conversationId: 'conv_1',
    userId: 'bot',
    payload: { type: 'text', text: 'x' },
  }
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
