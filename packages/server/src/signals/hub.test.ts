import { expect, test } from 'vitest'
import type { Entry } from '../domain/records.ts'
import { textOf } from './frame.ts'
import { createHub } from './hub.ts'
import type { Sink, UserListener } from './listener.ts'

function memorySink(): Sink & { readonly written: string[] } {
  const written: string[] = []
  return {
    written,
    write: (...frames) => {
      written.push(frames.map((frame) => frame && textOf(frame)).join(''))
    },
    end: () => {},
    cut: () => {},
    bufferedBytes: () => 0,
    drained: async () => {},
    isClosed: () => false,
    onClosed: () => {},
  }
}

function entry(sequence: number, conversationKey = 1): Entry {
  return {
    kind: 'event_created',
    botKey: 1,
    conversationKey,
    conversationId: `c${conversationKey}`,
    number: sequence,
    sequence,
    createdAt: 0,
    userKey: 9,
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
    userKey: 7,
    epoch: '00000000',
    expiresAt: Infinity,
    needsComments: false,
    sink: memorySink(),
    conversationKeys: new Set([1]),
    sequence: 0,
    isLive: true,
    isBehind: false,
    hasHeard: false,
    heardAt: 0,
    ...members,
  } as UserListener & { sink: { written: string[] } }
}

const publish = (hub: ReturnType<typeof createHub>, ...entries: Entry[]): void => {
  hub.publish(entries.map((published) => ({ type: 'appended', entry: published })))
}
const eventsIn = (written: string[]) => written.flatMap((text) => /event \d+/.exec(text)?.[0] ?? [])

test('INV-4: a stream of a user is not given again what it found in the log before it was published', () => {
  const hub = createHub({ pingAfterMs: 1000, maxBufferedBytes: 1000 })
  const listener = userListener({ sequence: 2 })
  hub.joinUser(listener)

  publish(hub, entry(1), entry(2), entry(3), entry(4, 2), entry(5))

  expect(eventsIn(listener.sink.written)).toEqual(['event 3', 'event 5'])
})

test('a stream of a user that has not caught up is given nothing, and knows that there is more', () => {
  const hub = createHub({ pingAfterMs: 1000, maxBufferedBytes: 1000 })
  const listeners = [1, 2, 3].map((key) =>
    userListener({ sequence: 2, isLive: false, conversationKeys: new Set([key]) }),
  )
  for (const listener of listeners) hub.joinUser(listener)

  publish(hub, entry(2, 2), entry(3, 1))

  expect(listeners.map(({ isBehind }) => isBehind)).toEqual([true, false, false])
  expect(listeners.flatMap(({ sink }) => sink.written)).toEqual([])
})

test('who left or comes too late is given nothing', () => {
  const hub = createHub({ pingAfterMs: 1000, maxBufferedBytes: 1000 })
  const [left, late] = [userListener({}), userListener({})]
  hub.joinUser(left)
  hub.leaveUser(left)
  hub.close()
  hub.joinUser(late)

  publish(hub, entry(1))

  expect([...left.sink.written, ...late.sink.written]).toEqual([])
  expect(hub.listenerCount).toBe(0)
})
