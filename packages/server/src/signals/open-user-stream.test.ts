import { expect, test } from 'vitest'
import type { Queries } from '../domain/queries.ts'
import type { LogEntry, UserRecord } from '../domain/records.ts'
import { encodeUserPosition } from '../wire/ids.ts'
import { deltaJson } from '../wire/render.ts'
import type { Draft } from './drafts.ts'
import { frameText } from './frame.ts'
import { createHub, type Hub } from './hub.ts'
import type { Sink, UserListener } from './listeners.ts'
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

function openStream(
  hub: Hub,
  { sink, queries, lastEventId }: { sink: Sink; queries: Partial<Queries>; lastEventId?: string },
): Promise<void> {
  return openUserStream(
    { user, epoch, expiresAt: Infinity, lastEventId, needsComments: false, sink },
    {
      hub,
      queries: queries as Queries,
      replay: { maxAgeMs: 1000, maxCount: 1000 },
      replayThrottle: createReplayThrottle(),
      now: () => 0,
      monotonicNow: () => 0,
    },
  )
}

test('a user stream receives a delta once that is written while the state of other drafts is read', async () => {
  const hub = newHub()
  const open = (streamId: string, conversationRowId: number): Draft => {
    const members = { streamId, conversationRowId, conversationId: `c${conversationRowId}`, userId: 'bot' }
    const draft = { ...members, ownerRowId: 7, createdAt: 0, afterSeq: 0, text: 'a', deltaSequence: 0 }
    hub.drafts.open(draft)
    return draft
  }
  const first = open('first', 1)
  open('second', 2)
  const write = (delta: string): void => {
    first.text += delta
    first.deltaSequence++
    hub.publishEphemeral(1, { event: 'message', json: deltaJson(first, delta) })
  }
  const sink = memorySink()

  await openStream(hub, {
    sink,
    queries: {
      latestUserSequence: async () => 1,
      conversationRowIds: async () => [1, 2],
      readUserLog: async () => ({ items: [], sequence: 1 }),
      isStreamClosed: async (conversationRowId) => {
        if (conversationRowId === 2) write('b')
        return false
      },
    },
  })
  write('c')

  const deltas = sink.written.join('').matchAll(/"first".*?"sequence":(\d+),"delta":"(\w+)"/g)
  expect([...deltas].map(([, sequence, delta]) => `${sequence} ${delta}`)).toEqual(['1 ab', '2 c'])
})

test('a user stream receives the start of a draft that is opened while the state of other drafts is read', async () => {
  const hub = newHub()
  const createDraft = (streamId: string): Draft => ({
    streamId,
    conversationRowId: 1,
    conversationId: 'c1',
    ownerRowId: 7,
    userId: 'bot',
    createdAt: 0,
    afterSeq: 0,
    text: streamId,
    deltaSequence: 0,
  })
  hub.drafts.open(createDraft('closed'))
  const sink = memorySink()

  await openStream(hub, {
    sink,
    queries: {
      latestUserSequence: async () => 1,
      conversationRowIds: async () => [1],
      readUserLog: async () => ({ items: [], sequence: 1 }),
      isStreamClosed: async () => {
        hub.drafts.open(createDraft('opened'))
        return true
      },
    },
  })

  expect(sink.written.join('').match(/"streamId":"\w+"/g)).toEqual(['"streamId":"opened"'])
})

test('a user stream that closes during its replay is sent no more entries', async () => {
  let isClosed = false
  const sink = memorySink({
    bufferedBytes: () => 2 ** 21,
    drained: async () => {
      isClosed = true
    },
    isClosed: () => isClosed,
  })
  const items = [2, 3].map((sequence) => ({ type: 'entry' as const, entry: eventEntry(sequence) }))

  await openStream(newHub(), {
    sink,
    lastEventId: encodeUserPosition({ userRowId: user.rowId, sequence: 1, epoch }),
    queries: {
      latestUserSequence: async () => 3,
      conversationRowIds: async () => [1],
      countUserLogAfter: async () => ({ count: 2, oldestAt: 0 }),
      readUserLog: async (_, sequence) => ({ items: items.slice(sequence - 1, sequence), sequence: 3 }),
    },
  })

  expect(sink.written.join('').match(/event \d/g)).toEqual(['event 2'])
})

test('a closed user stream is subscribed to no conversation', async () => {
  const subscriptions = createUserSubscriptions()
  const listener: UserListener = {
    type: 'user',
    userRowId: user.rowId,
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
  subscriptions.add(listener)
  const loaded = subscriptions.load(user.rowId, async () => [1])
  subscriptions.remove(listener)
  await loaded

  subscriptions.joinConversation(user.rowId, 2)

  expect([...subscriptions.subscribersOf(1), ...subscriptions.subscribersOf(2)]).toEqual([])
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
