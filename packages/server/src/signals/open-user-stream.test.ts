import { expect, test } from 'vitest'
import type { Queries } from '../domain/queries.ts'
import type { LogEntry, UserRecord } from '../domain/records.ts'
import { encodeUserPosition } from '../domain/user-position.ts'
import { deltaJson, type Draft } from './drafts.ts'
import { frameText } from './frame.ts'
import { createHub, type Hub } from './hub.ts'
import type { Sink, UserListener } from './listener.ts'
import { openUserStream } from './open-user-stream.ts'
import { createReplayThrottle } from './replay-throttle.ts'
import { createUserSubscriptions } from './user-subscriptions.ts'

const user: UserRecord = {
  rowId: 7,
  id: 'ann',
  keyNonce: undefined,
  fieldsJson: '{}',
  createdAt: 0,
  updatedAt: 0,
}
const epoch = '00000000'
const maxBuffered = { maxBufferedBytes: 1000, maxBufferedBytesPerUser: 1000, maxBufferedBytesInTotal: 1000 }
const newHub = () => createHub({ pingIntervalMs: 1000, ...maxBuffered, now: () => 0, monotonicNow: () => 0 })

function memorySink(members: Partial<Sink> = {}): Sink & { readonly written: string[] } {
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
    ...members,
  }
}

function listenTo(
  hub: Hub,
  { sink, reads, lastEventId }: { sink: Sink; reads: Partial<Queries>; lastEventId?: string },
): Promise<void> {
  return openUserStream(
    { user, epoch, expiresAt: Infinity, lastEventId, needsComments: false, sink },
    {
      hub,
      reads: reads as Queries,
      replay: { maxAgeMs: 1000, maxCount: 1000 },
      replayThrottle: createReplayThrottle(),
      now: () => 0,
      monotonicNow: () => 0,
    },
  )
}

test('a stream is given once what is written while others are looked up', async () => {
  const hub = newHub()
  const open = (streamId: string, conversationKey: number): Draft => {
    const members = { streamId, conversationKey, conversationId: `c${conversationKey}`, userId: 'bot' }
    const stream = { ...members, ownerKey: 7, createdAt: 0, afterSeq: 0, text: 'a', deltaSequence: 0 }
    hub.drafts.open(stream)
    return stream
  }
  const first = open('first', 1)
  open('second', 2)
  const write = (delta: string): void => {
    first.text += delta
    first.deltaSequence++
    hub.publishEphemeral(1, { event: 'message', json: deltaJson(first, delta) })
  }
  const sink = memorySink()

  await listenTo(hub, {
    sink,
    reads: {
      latestUserSequence: async () => 1,
      conversationRowIds: async () => [1, 2],
      readUserLog: async () => ({ items: [], sequence: 1 }),
      isStreamClosed: async (conversationKey) => {
        if (conversationKey === 2) write('b')
        return false
      },
    },
  })
  write('c')

  const deltas = sink.written.join('').matchAll(/"first".*?"sequence":(\d+),"delta":"(\w+)"/g)
  expect([...deltas].map(([, sequence, delta]) => `${sequence} ${delta}`)).toEqual(['1 ab', '2 c'])
})

test('what is begun while others are looked up is given from its start', async () => {
  const hub = newHub()
  const stream = (streamId: string): Draft => ({
    streamId,
    conversationKey: 1,
    conversationId: 'c1',
    ownerKey: 7,
    userId: 'bot',
    createdAt: 0,
    afterSeq: 0,
    text: streamId,
    deltaSequence: 0,
  })
  hub.drafts.open(stream('closed'))
  const sink = memorySink()

  await listenTo(hub, {
    sink,
    reads: {
      latestUserSequence: async () => 1,
      conversationRowIds: async () => [1],
      readUserLog: async () => ({ items: [], sequence: 1 }),
      isStreamClosed: async () => {
        hub.drafts.open(stream('begun'))
        return true
      },
    },
  })

  expect(sink.written.join('').match(/"streamId":"\w+"/g)).toEqual(['"streamId":"begun"'])
})

test('a stream that dies while it is brought up to date is given no more of the log', async () => {
  let isClosed = false
  const sink = memorySink({
    bufferedBytes: () => 2 ** 21,
    drained: async () => {
      isClosed = true
    },
    isClosed: () => isClosed,
  })
  const items = [2, 3].map((sequence) => ({ type: 'entry' as const, entry: eventEntry(sequence) }))

  await listenTo(newHub(), {
    sink,
    lastEventId: encodeUserPosition({ userRowId: user.rowId, sequence: 1, epoch }),
    reads: {
      latestUserSequence: async () => 3,
      conversationRowIds: async () => [1],
      countUserLogAfter: async () => ({ count: 2, oldestAt: 0 }),
      readUserLog: async (_, sequence) => ({ items: items.slice(sequence - 1, sequence), sequence: 3 }),
    },
  })

  expect(sink.written.join('').match(/event \d/g)).toEqual(['event 2'])
})

test('a closed stream follows nothing', async () => {
  const followers = createUserSubscriptions()
  const listener: UserListener = {
    type: 'user',
    userKey: user.rowId,
    epoch: '',
    expiresAt: Infinity,
    needsComments: false,
    sink: memorySink(),
    sequence: 0,
    isCaughtUp: false,
    hasNewEntries: false,
    wroteSinceSweep: false,
    lastWriteAt: 0,
  }
  followers.add(listener)
  const loaded = followers.load(user.rowId, async () => [1])
  followers.remove(listener)
  await loaded

  followers.joinConversation(user.rowId, 2)

  expect([...followers.subscribersOf(1), ...followers.subscribersOf(2)]).toEqual([])
})

function eventEntry(sequence: number): LogEntry {
  return {
    kind: 'event_created',
    botRowId: 1,
    conversationRowId: 1,
    conversationId: 'c1',
    seq: sequence,
    sequence,
    createdAt: 0,
    userRowId: 9,
    userId: 'ben',
    isBot: false,
    payload: `"event ${sequence}"`,
    metadata: undefined,
    streamId: undefined,
    tag: '00000000',
    epoch,
  }
}
