import { describe, expect, test } from 'vitest'
import {
  emptyTimelineOfMe,
  message,
  mine,
  created,
  deleted,
  delta,
  complete,
  aborted,
  page,
  queued,
  sent,
  failed,
  completed,
  reduceAll,
  summarize,
  sending,
  streaming,
} from '../../e2e/model/timeline-actions.ts'
import { reduceTimeline } from './reduce-timeline.ts'
import type { TimelineAction } from './timeline-action.ts'
import type { Timeline } from './timeline.ts'

describe('an own message', () => {
  test.each<[string, TimelineAction[], string[]]>([
    ['is shown while it is being sent', [queued], [sending]],
    ['stands last, whatever others send', [queued, created(message(9))], ['m9=m9', sending]],
    ['is settled by its echo', [queued, created(mine)], ['k=m5']],
    ['is settled by the answer', [queued, sent], ['k=m5']],
    ['is there once, the echo before the answer', [queued, created(mine), sent], ['k=m5']],
    ['is there once, the answer before the echo', [queued, sent, created(mine)], ['k=m5']],
    [
      'is settled by a page, where neither came',
      [queued, { type: 'page', messages: [mine], snapshot: emptyTimelineOfMe, isEnd: true }],
      ['k=m5'],
    ],
    [
      'is not settled by what somebody else wrote',
      [queued, created({ ...mine, userId: 'bob' })],
      ['m5=m5', sending],
    ],
    ['takes the server’s place', [queued, created(message(9)), sent], ['k=m5', 'm9=m9']],
    ['fails', [queued, failed], ['k failed {"type":"text","text":"5"}']],
    ['does not fail any more once it is there', [queued, created(mine), failed], ['k=m5']],
    ['is sent again', [queued, failed, { type: 'retried', key: 'k' }], [sending]],
    ['is discarded', [queued, failed, { type: 'discarded', key: 'k' }], []],
    ['does not come back after it was deleted', [queued, created(mine), deleted('m5'), sent, queued], []],
    ['is settled by an echo that was deleted before', [queued, deleted('m5'), sent], []],
  ])('%s', (_, inputs, expected) => {
    expect(summarize(reduceAll(...inputs))).toEqual(expected)
  })
})

describe('the order of unsent messages is that of the list they come with', () => {
  const sends = (...keys: string[]) => keys.map((key) => ({ key, payload: mine.payload }))
  const keysOf = ({ pending }: Timeline): string[] => pending.map(({ key }) => key)

  test.each<[string, string[], boolean, string[], string[]]>([
    ['restored messages precede new ones', ['c'], true, ['a', 'b'], ['a', 'b', 'c']],
    ['restored messages surround those already queued', ['a', 'c'], true, ['a', 'b'], ['a', 'b', 'c']],
    ['a restored message precedes the one already queued', ['b'], true, ['a', 'b'], ['a', 'b']],
    ['messages of another tab follow new ones', ['a'], false, ['b', 'c'], ['a', 'b', 'c']],
    ['messages of another tab surround those already queued', ['b'], false, ['a', 'b', 'c'], ['a', 'b', 'c']],
  ])('%s', (_, before, isRestored, listed, expected) => {
    const timeline = reduceAll({ type: 'queued', messages: sends(...before) })

    const next = reduceTimeline(timeline, { type: 'queued', messages: sends(...listed), isRestored })

    expect(keysOf(next)).toEqual(expected)
    expect(reduceTimeline(next, { type: 'queued', messages: sends(...listed), isRestored })).toBe(next)
  })
})

describe('messages', () => {
  const three = reduceAll(created(message(1)), created(message(2)), created(message(3)))
  test.each<[string, Timeline, string[]]>([
    ['stand in the server’s order', reduceAll(created(message(2)), created(message(1))), ['m1=m1', 'm2=m2']],
    [
      'that are deleted stay so, though a late page has them',
      reduceTimeline(reduceAll(deleted('m2')), page(emptyTimelineOfMe, true, 2, 1)),
      ['m1=m1'],
    ],
    [
      'that a page lacks within its range were deleted',
      reduceTimeline(three, page(three, false, 3, 1)),
      ['m1=m1', 'm3=m3'],
    ],
    [
      'newer than a page were deleted, if they were there before it was asked for',
      reduceTimeline(three, page(three, false, 2, 1)),
      ['m1=m1', 'm2=m2'],
    ],
    [
      'newer than a page came meanwhile, if they were not',
      reduceTimeline(three, page(reduceAll(created(message(1))), false, 2, 1)),
      ['m1=m1', 'm2=m2', 'm3=m3'],
    ],
    [
      'older than a page are not judged by it',
      reduceTimeline(three, page(three, false, 3)),
      ['m1=m1', 'm2=m2', 'm3=m3'],
    ],
    ['are all gone where the only page is empty', reduceTimeline(three, page(three, true)), []],
    [
      'are not judged by a page in another order',
      reduceTimeline(three, page(three, true, 1, 3)),
      ['m1=m1', 'm2=m2', 'm3=m3'],
    ],
    [
      'older than a gap are forgotten',
      reduceTimeline(three, { type: 'page', messages: [message(9)], snapshot: three, isEnd: true }),
      ['m9=m9'],
    ],
  ])('%s', (_, timeline, expected) => {
    expect(summarize(timeline)).toEqual(expected)
  })
})

describe('two stored copies of one message', () => {
  const copy = { ...mine, ...message(8), payload: mine.payload, userId: 'me', metadata: mine.metadata ?? {} }
  test.each<[string, TimelineAction[], string[]]>([
    ['show as the earlier one', [created(mine), created(copy)], ['k=m5']],
    ['show as the earlier one, also when it comes later', [queued, created(copy), created(mine)], ['k=m5']],
    [
      'leave the other, under the same key, when one is deleted',
      [created(mine), created(copy), deleted('m5')],
      ['k=m8'],
    ],
    [
      'are two, where the content differs',
      [created(mine), created({ ...copy, payload: { type: 'text', text: 'x' } })],
      ['k=m5', 'm8=m8'],
    ],
  ])('%s', (_, inputs, expected) => {
    expect(summarize(reduceAll(...inputs))).toEqual(expected)
  })
})

describe('a message that is being written', () => {
  test.each<[string, TimelineAction[], string[]]>([
    ['grows', [delta(0, 'a'), delta(1, 'b')], [streaming('ab')]],
    ['takes no piece twice', [delta(0, 'a'), delta(1, 'b'), delta(1, 'b'), delta(0, 'a')], [streaming('ab')]],
    ['is whole for who comes late', [delta(4, 'abcde'), delta(5, 'f')], [streaming('abcdef')]],
    ['stays as it is where a piece is missing', [delta(0, 'a'), delta(2, 'c')], [streaming('a')]],
    [
      'is whole again when it is announced anew',
      [delta(0, 'a'), { type: 'streams_stale' }, delta(2, 'abc')],
      [streaming('abc')],
    ],
    ['stays while it may be announced anew', [delta(0, 'a'), { type: 'streams_stale' }], [streaming('a')]],
    [
      'is gone if it is not announced anew',
      [delta(0, 'a'), { type: 'streams_stale' }, { type: 'streams_announced' }],
      [],
    ],
    [
      'begins anew where it is announced with another text',
      [delta(0, 'a'), delta(1, 'b'), { type: 'streams_stale' }, delta(0, 'x'), { type: 'streams_announced' }],
      [streaming('x')],
    ],
    [
      'is gone when its user writes something else instead',
      [delta(0, 'a'), { type: 'streams_stale' }, created(message(8, { userId: 'bot' }))],
      ['m8=m8'],
    ],
    [
      'has the same key at last, though it was gone for a while',
      [delta(0, 'a'), { type: 'streams_stale' }, { type: 'streams_announced' }, created(completed)],
      ['s bot=m7'],
    ],
    [
      'gives its place to the message, which comes twice',
      [delta(0, 'a'), complete(completed), created(completed)],
      ['s bot=m7'],
    ],
    [
      'keeps its place while somebody else claims it',
      [delta(0, 'a'), created({ ...completed, userId: 'bob' })],
      ['s bob=m7', streaming('a')],
    ],
    ['is removed when it is aborted', [delta(0, 'a'), aborted, delta(1, 'b')], []],
    [
      'does not come back when it is done',
      [delta(0, 'a'), created(completed), delta(1, 'b'), delta(0, 'a')],
      ['s bot=m7'],
    ],
    ['stands before what is unsent', [queued, delta(0, 'a')], [streaming('a'), sending]],
  ])('%s', (_, inputs, expected) => {
    expect(summarize(reduceAll(...inputs))).toEqual(expected)
  })
})

test('what was discarded does not come back, though another tab may tell of it once more', () => {
  const discarded = { type: 'discarded', key: 'k' } as const

  expect(summarize(reduceAll(queued, discarded, queued))).toEqual([])
  expect(summarize(reduceAll(discarded, queued))).toEqual([])
  expect(summarize(reduceAll(discarded, created(mine)))).toHaveLength(1)
})

test('an input that says nothing new changes nothing, and a message that does not change stays the same object', () => {
  const former = reduceAll(created(message(1)), queued, delta(0, 'a'))

  expect(reduceTimeline(former, created(message(1)))).toBe(former)
  expect(reduceTimeline(former, { type: 'unknown', data: 'ping' })).toBe(former)
  const next = reduceTimeline(former, delta(1, 'b'))
  expect(next.messages[0]).toBe(former.messages[0])
  expect(next.messages[2]).toBe(former.messages[2])
})

test('a state is not changed by what follows from it', () => {
  const former = reduceAll(created(mine), delta(0, 'a'))
  const before = structuredClone(former)

  reduceTimeline(former, created({ ...mine, ...message(9), metadata: mine.metadata ?? {} }))
  reduceTimeline(reduceTimeline(former, deleted('m5')), queued)

  expect(former).toEqual(before)
  expect(summarize(reduceTimeline(former, queued))).toEqual(summarize(former))
})
