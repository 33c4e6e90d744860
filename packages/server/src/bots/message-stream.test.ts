import { setImmediate as nextIteration } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LogEntry } from '../domain/records.ts'
import { createHub } from '../signals/hub.ts'
import type { ConversationListener } from '../signals/listeners.ts'
import type { BotWriter } from './bot-writer.ts'
import { createMessageStream } from './message-stream.ts'

const stored: LogEntry = {
  kind: 'message_created',
  botRowId: 1,
  conversationRowId: 1,
  conversationId: 'c',
  seq: 2,
  sequence: 2,
  createdAt: 0,
  userRowId: 9,
  userId: 'bot_demo',
  isBot: true,
  payload: '{"type":"text","text":"stored"}',
  metadata: undefined,
  streamId: undefined,
  tag: '00000000',
  epoch: '00000000',
}

/** A message stream with one listener, whose connection has as much unsent data as the test says. */
function setUp() {
  const limits = { maxBufferedBytes: 1e9, maxBufferedBytesPerUser: 1e9, maxBufferedBytesInTotal: 1e9 }
  const hub = createHub({ pingIntervalMs: 1000, ...limits, now: () => 0, monotonicNow: () => 0 })
  const connection = { unsentBytes: 0, drained: Promise.withResolvers<void>() }
  const listener: ConversationListener = {
    type: 'conversation',
    conversationRowId: 1,
    ownerRowId: 7,
    authorizedSeq: 0,
    seq: 0,
    userRowId: 7,
    epoch: '00000000',
    expiresAt: Infinity,
    needsComments: false,
    isCaughtUp: true,
    wroteSinceSweep: false,
    lastWriteAt: 0,
    sink: {
      write: () => {},
      cork: () => {},
      uncork: () => {},
      end: () => {},
      destroy: () => {},
      bufferedBytes: () => connection.unsentBytes,
      drained: () => connection.drained.promise,
      isClosed: () => false,
      onClosed: () => {},
    },
  }
  hub.join(listener)
  const writer: BotWriter = {
    message: async () => stored,
    event: async () => stored,
    abort: async () => stored,
  }
  const stream = createMessageStream(
    {
      type: 'text',
      conversationRowId: 1,
      conversationId: 'c',
      ownerRowId: 7,
      userId: 'bot_demo',
      createdAt: 0,
      afterSeq: 1,
      signal: new AbortController().signal,
      readPrevious: undefined,
      isHidden: false,
    },
    { hub, writer },
  )
  return { stream, connection }
}

test('pipe does not read on while a listener has more than 64 KiB of unsent data', async () => {
  const { stream, connection } = setUp()
  const read: number[] = []
  const source = async function* () {
    for (const n of [1, 2, 3]) {
      read.push(n)
      if (n === 2) connection.unsentBytes = 64 * 1024 + 1
      yield 'text'
    }
  }

  const piping = stream.pipe(source())
  while (read.length < 2) await nextIteration()
  for (let iteration = 0; iteration < 20; iteration++) await nextIteration()
  const readBeforeDrain = [...read]
  connection.unsentBytes = 0
  connection.drained.resolve()
  await piping

  expect(readBeforeDrain).toEqual([1, 2])
  expect(read).toEqual([1, 2, 3])
})

test('a listener that receives nothing delays pipe only once', async () => {
  const { stream, connection } = setUp()
  connection.unsentBytes = 64 * 1024 + 1
  const source = async function* () {
    // 500 delays of a second would exceed the timeout of the test.
    for (let n = 0; n < 500; n++) yield 'text'
  }

  expect((await stream.pipe(source())).payload).toEqual({ type: 'text', text: 'stored' })
})

test('an abort ends the wait for a listener', async () => {
  const { stream, connection } = setUp()
  connection.unsentBytes = 64 * 1024 + 1
  const started = Promise.withResolvers<void>()
  const source = async function* () {
    started.resolve()
    for (;;) yield 'text'
  }

  const piping = stream.pipe(source()).catch((error: unknown) => error)
  await started.promise
  for (let iteration = 0; iteration < 20; iteration++) await nextIteration()
  await stream.abort()

  expect(await piping).toMatchObject({ message: 'Unable to continue the stream; it has ended.' })
})
