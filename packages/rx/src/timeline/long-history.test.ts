import type { Message } from '@parley/core'
import { expect, test } from 'vitest'
import { created, deleted, message } from '../../e2e/model/fold-inputs.ts'
import { fold } from './fold.ts'
import { emptyTimeline, type Timeline } from './timeline.ts'

/** Messages of a client and of a bot that streams its answers; counts how often their metadata is read. */
function createHistory() {
  const counter = { reads: 0 }
  const counted = (fields: Record<string, string>): Record<string, string> =>
    new Proxy(fields, {
      get(target, field) {
        counter.reads++
        return Reflect.get(target, field)
      },
    })
  const at = (number: number): Message => {
    const question = `question_${number - (number % 2)}`
    return number % 2 === 0
      ? message(number, { userId: 'me', metadata: counted({ clientMessageId: question }) })
      : message(number, {
          userId: 'bot',
          metadata: counted({ clientMessageId: question, streamId: `stream_${number}` }),
        })
  }
  return { counter, at }
}

/** Loads this many messages in pages of 100, newest first. */
function load(count: number) {
  const { counter, at } = createHistory()
  let timeline = emptyTimeline('c1', 'me')
  for (let end = count; end > 0; end -= 100) {
    const messages = Array.from({ length: 100 }, (_, index) => at(end - index))
    timeline = fold(timeline, {
      type: 'page',
      messages,
      asked: timeline,
      below: timeline.sent[0],
      isEnd: end === 100,
    })
  }
  return { timeline, counter, at }
}

function readsOf(counter: { reads: number }, work: () => Timeline): number {
  const before = counter.reads
  work()
  return counter.reads - before
}

test('loading compares each message with as few others in a long history as in a short one', () => {
  const short = load(100)
  const long = load(4_000)

  expect(long.timeline.sent).toHaveLength(4_000)
  expect(long.counter.reads).toBe(40 * short.counter.reads)
})

test.each([
  ['a question', 5_000],
  ['an answer', 5_001],
])('%s costs the same after 100 and after 4,000 messages', (_, number) => {
  const reads = [load(100), load(4_000)].map(({ timeline, counter, at }) =>
    readsOf(counter, () => fold(timeline, created(at(number)))),
  )

  expect(reads[1]).toBe(reads[0])
  expect(reads[0]).toBeGreaterThan(0)
})

test('deleting the messages of a long history, one by one or all at once, costs the same for each', () => {
  const costs = [100, 4_000].map((count) => {
    const { timeline, counter, at } = load(count)
    const one = readsOf(counter, () => fold(timeline, deleted('m50')))
    const newest = { type: 'page', messages: [at(5_000)], asked: timeline, isEnd: true } as const
    const all = readsOf(counter, () => fold(timeline, newest))
    expect(fold(timeline, newest).sent).toHaveLength(1)
    return { one, perMessage: all / (count + 1) }
  })

  expect(costs[1]?.one).toBe(costs[0]?.one)
  expect(costs[1]?.perMessage).toBeCloseTo(costs[0]?.perMessage ?? 0, 1)
})
