import type { Message } from '@parley/core'
import { expect, test } from 'vitest'
import { created, deleted, message } from '../../e2e/model/timeline-actions.ts'
import { reduceTimeline } from './reduce-timeline.ts'
import { emptyTimeline, type Timeline } from './timeline.ts'

/** Messages of a user and of a bot that streams its answers. Counts how often their metadata is read. */
function createHistory() {
  const counter = { reads: 0 }
  const counted = (fields: Record<string, string>): Record<string, string> =>
    new Proxy(fields, {
      get(target, field) {
        counter.reads++
        return Reflect.get(target, field)
      },
    })
  const createMessage = (number: number): Message => {
    const question = `question_${number - (number % 2)}`
    return number % 2 === 0
      ? message(number, { userId: 'me', metadata: counted({ clientMessageId: question }) })
      : message(number, {
          userId: 'bot',
          metadata: counted({ clientMessageId: question, streamId: `stream_${number}` }),
        })
  }
  return { counter, createMessage }
}

/** Loads this many messages in pages of 100, newest first. */
function load(count: number) {
  const { counter, createMessage } = createHistory()
  let timeline = emptyTimeline('c1', 'me')
  for (let end = count; end > 0; end -= 100) {
    const messages = Array.from({ length: 100 }, (_, index) => createMessage(end - index))
    timeline = reduceTimeline(timeline, {
      type: 'page',
      messages,
      snapshot: timeline,
      before: timeline.stored[0],
      isEnd: end === 100,
    })
  }
  return { timeline, counter, createMessage }
}

function countReads(counter: { reads: number }, work: () => Timeline): number {
  const before = counter.reads
  work()
  return counter.reads - before
}

test('loading a page takes the same number of comparisons in a long and in a short history', () => {
  const short = load(100)
  const long = load(4_000)

  expect(long.timeline.stored).toHaveLength(4_000)
  expect(long.counter.reads).toBe(40 * short.counter.reads)
})

test.each([
  ['a question', 5_000],
  ['an answer', 5_001],
])('adding %s costs the same after 100 and after 4,000 messages', (_, number) => {
  const reads = [load(100), load(4_000)].map(({ timeline, counter, createMessage }) =>
    countReads(counter, () => reduceTimeline(timeline, created(createMessage(number)))),
  )

  expect(reads[1]).toBe(reads[0])
  expect(reads[0]).toBeGreaterThan(0)
})

test('the cost of deleting a message does not depend on the length of the history', () => {
  const costs = [100, 4_000].map((count) => {
    const { timeline, counter, createMessage } = load(count)
    const one = countReads(counter, () => reduceTimeline(timeline, deleted('m50')))
    const newest = {
      type: 'page',
      messages: [createMessage(5_000)],
      snapshot: timeline,
      isEnd: true,
    } as const
    const all = countReads(counter, () => reduceTimeline(timeline, newest))
    expect(reduceTimeline(timeline, newest).stored).toHaveLength(1)
    return { one, perMessage: all / (count + 1) }
  })

  expect(costs[1]?.one).toBe(costs[0]?.one)
  expect(costs[1]?.perMessage).toBeCloseTo(costs[0]?.perMessage ?? 0, 1)
})
