import { expect, test } from 'vitest'
import type { LogEntry } from '../domain/records.ts'
import { frameText } from './frame.ts'
import { createHub, type Hub } from './hub.ts'
import type { ListenersOptions, Sink, UserListener } from './listeners.ts'

function memorySink(): Sink & { readonly written: string[] } {
  const written: string[] = []
  return {
    written,
    write: (...frames) => {
      written.push(frames.map((frame) => frame && frameText(frame)).join(''))
    },
    cork: () => {},
    uncork: () => {},
    end: () => {},
    destroy: () => {},
    bufferedBytes: () => 0,
    drained: async () => {},
    isClosed: () => false,
    onClosed: () => {},
  }
}

function entry(sequence: number, conversationRowId = 1): LogEntry {
  return {
    kind: 'event_created',
    botRowId: 1,
    conversationRowId,
    conversationId: `c${conversationRowId}`,
    seq: sequence,
    sequence,
    createdAt: 0,
    userRowId: 9,
    userId: 'ann',
    isBot: false,
    payload: `"event ${sequence}"`,
    metadata: undefined,
    streamId: undefined,
    tag: '00000000',
    epoch: '00000000',
  }
}

function userListener(members: Partial<UserListener>): UserListener & { sink: { written: string[] } } {
  return {
    type: 'user',
    userRowId: 7,
    epoch: '00000000',
    expiresAt: Infinity,
    needsComments: false,
    sink: memorySink(),
    sequence: 0,
    isCaughtUp: true,
    hasNewEntries: false,
    wroteSinceSweep: false,
    lastWriteAt: 0,
    ...members,
  } as UserListener & { sink: { written: string[] } }
}

function newHub(options: Partial<ListenersOptions> = {}): Hub {
  const limits = {
    maxBufferedBytes: 1_000_000,
    maxBufferedBytesPerUser: 3_000_000,
    maxBufferedBytesInTotal: 9_000_000,
  }
  return createHub({ pingIntervalMs: 1000, ...limits, now: () => 0, monotonicNow: () => 0, ...options })
}

/** Joins a user stream, whose user is a participant in these conversations. */
async function joinUser(hub: Hub, listener: UserListener, ...conversationRowIds: number[]): Promise<void> {
  hub.joinUser(listener)
  await hub.loadSubscription(listener.userRowId, async () => conversationRowIds)
}

const publish = (hub: ReturnType<typeof createHub>, ...entries: LogEntry[]): void => {
  hub.publish(entries.map((published) => ({ type: 'appended', entry: published })))
}
const eventsIn = (written: string[]) => written.flatMap((text) => /event \d+/.exec(text)?.[0] ?? [])

test('INV-4: a user stream receives no entry again that it has already read from the log', async () => {
  const hub = newHub()
  const listener = userListener({ sequence: 2 })
  await joinUser(hub, listener, 1)

  publish(hub, entry(1), entry(2), entry(3), entry(4, 2), entry(5))

  expect(eventsIn(listener.sink.written)).toEqual(['event 3', 'event 5'])
})

test('a user stream that has not caught up receives nothing, but records that new entries exist', async () => {
  const hub = newHub()
  const listeners = [1, 2, 3].map((userRowId) => userListener({ userRowId, sequence: 2, isCaughtUp: false }))
  for (const listener of listeners) await joinUser(hub, listener, listener.userRowId)

  publish(hub, entry(2, 2), entry(3, 1))

  expect(listeners.map(({ hasNewEntries }) => hasNewEntries)).toEqual([true, false, false])
  expect(listeners.flatMap(({ sink }) => sink.written)).toEqual([])
})

test('a stream that has left, or joins after the hub has closed, receives nothing', async () => {
  const hub = newHub()
  const [left, late] = [userListener({}), userListener({})]
  await joinUser(hub, left, 1)
  hub.leave(left)
  hub.close()
  await joinUser(hub, late, 1)

  publish(hub, entry(1))

  expect([...left.sink.written, ...late.sink.written]).toEqual([])
  expect(hub.listenerCount).toBe(0)
})

/** A sink that records which frames are sent together. */
function groupingSink() {
  const sink = memorySink()
  const sent: string[][] = []
  let isCorked = false
  const send = (): void => {
    if (sink.written.length > 0) sent.push(sink.written.splice(0))
  }
  const grouping: Sink = {
    ...sink,
    write: (...frames) => {
      sink.write(...frames)
      if (!isCorked) send()
    },
    cork: () => {
      isCorked = true
    },
    uncork: () => {
      isCorked = false
      send()
    },
    destroy: () => {
      sent.push(['destroyed'])
    },
    bufferedBytes: () => sink.written.join('').length,
  }
  return { sink: grouping, sent }
}

test('a stream receives the entries of one commit in one write', async () => {
  const hub = newHub()
  const { sink, sent } = groupingSink()
  await joinUser(hub, userListener({ sink }), 1)

  publish(hub, entry(1), entry(2), entry(3))
  publish(hub, entry(4))

  expect(sent.map(eventsIn)).toEqual([['event 1', 'event 2', 'event 3'], ['event 4']])
})

test('a stream that reads fast enough stays open, however large a commit is', async () => {
  const hub = newHub({ maxBufferedBytes: 10 })
  const { sink, sent } = groupingSink()
  await joinUser(hub, userListener({ sink }), 1)

  publish(hub, entry(1), entry(2), entry(3))

  expect(sent.flatMap(eventsIn)).toEqual(['event 1', 'event 2', 'event 3'])
  expect(sent).not.toContainEqual(['destroyed'])
})
