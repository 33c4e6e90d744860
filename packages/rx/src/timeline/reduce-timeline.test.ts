import { describe, expect, test } from 'vitest'
import {
  empty,
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
import type { TimelineAction, Timeline } from './timeline.ts'

describe('an own message', () => {
  test.each<[string, TimelineAction[], string[]]>([
    ['is displayed while it is being sent', [queued], [sending]],
    ['follows all messages of others', [queued, created(message(9))], ['m9=m9', sending]],
    ['is replaced by its echo', [queued, created(mine)], ['k=m5']],
    ['is replaced by the response', [queued, sent], ['k=m5']],
    ['appears once if the echo arrives before the response', [queued, created(mine), sent], ['k=m5']],
    ['appears once if the response arrives before the echo', [queued, sent, created(mine)], ['k=m5']],
    [
      'is replaced by a page if neither arrives',
      [queued, { type: 'page', messages: [mine], snapshot: empty, isEnd: true }],
      ['k=m5'],
    ],
    [
      'is not replaced by a message of another user',
      [queued, created({ ...mine, userId: 'bob' })],
      ['m5=m5', sending],
    ],
    ['moves to its position in server order', [queued, created(message(9)), sent], ['k=m5', 'm9=m9']],
    ['fails', [queued, failed], ['k failed {"type":"text","text":"5"}']],
    ['does not fail once it is stored', [queued, created(mine), failed], ['k=m5']],
    ['is sent again', [queued, failed, { type: 'retried', key: 'k' }], [sending]],
    ['is discarded', [queued, failed, { type: 'discarded', key: 'k' }], []],
    ['does not reappear after it was deleted', [queued, created(mine), deleted('m5'), sent, queued], []],
    ['disappears if its echo was deleted before the response', [queued, deleted('m5'), sent], []],
  ])('%s', (_, actions, expected) => {
    expect(summarize(reduceAll(...actions))).toEqual(expected)
  })
})

describe('pending messages keep the order of the list they arrive with', () => {
  const queue = (...keys: string[]) => keys.map((key) => ({ key, payload: mine.payload }))
  const getKeys = ({ pending }: Timeline): string[] => pending.map(({ key }) => key)

  test.each<[string, string[], boolean, string[], string[]]>([
    ['restored messages precede new ones', ['c'], true, ['a', 'b'], ['a', 'b', 'c']],
    ['restored messages surround those already queued', ['a', 'c'], true, ['a', 'b'], ['a', 'b', 'c']],
    ['a restored message precedes the one already queued', ['b'], true, ['a', 'b'], ['a', 'b']],
    ['messages of another tab follow new ones', ['a'], false, ['b', 'c'], ['a', 'b', 'c']],
    ['messages of another tab surround those already queued', ['b'], false, ['a', 'b', 'c'], ['a', 'b', 'c']],
  ])('%s', (_, before, isRestored, listed, expected) => {
    const timeline = reduceAll({ type: 'queued', messages: queue(...before) })

    const next = reduceTimeline(timeline, { type: 'queued', messages: queue(...listed), isRestored })

    expect(getKeys(next)).toEqual(expected)
    expect(reduceTimeline(next, { type: 'queued', messages: queue(...listed), isRestored })).toBe(next)
  })
})

describe('messages', () => {
  const three = reduceAll(created(message(1)), created(message(2)), created(message(3)))
  test.each<[string, Timeline, string[]]>([
    ['are in server order', reduceAll(created(message(2)), created(message(1))), ['m1=m1', 'm2=m2']],
    [
      'that were deleted do not reappear if a late page contains them',
      reduceTimeline(reduceAll(deleted('m2')), page(empty, true, 2, 1)),
      ['m1=m1'],
    ],
    [
      'that are missing from the range of a page are removed',
      reduceTimeline(three, page(three, false, 3, 1)),
      ['m1=m1', 'm3=m3'],
    ],
    [
      'newer than a page are removed if its snapshot contains them',
      reduceTimeline(three, page(three, false, 2, 1)),
      ['m1=m1', 'm2=m2'],
    ],
    [
      'newer than a page are kept if its snapshot does not contain them',
      reduceTimeline(three, page(reduceAll(created(message(1))), false, 2, 1)),
      ['m1=m1', 'm2=m2', 'm3=m3'],
    ],
    ['older than a page are kept', reduceTimeline(three, page(three, false, 3)), ['m1=m1', 'm2=m2', 'm3=m3']],
    ['are all removed if the only page is empty', reduceTimeline(three, page(three, true)), []],
    [
      'are kept if a page is in another order',
      reduceTimeline(three, page(three, true, 1, 3)),
      ['m1=m1', 'm2=m2', 'm3=m3'],
    ],
    [
      'older than a gap are dropped',
      reduceTimeline(three, { type: 'page', messages: [message(9)], snapshot: three, isEnd: true }),
      ['m9=m9'],
    ],
  ])('%s', (_, timeline, expected) => {
    expect(summarize(timeline)).toEqual(expected)
  })
})

describe('two stored duplicates of one message', () => {
  const duplicate = {
    ...mine,
    ...message(8),
    payload: mine.payload,
    userId: 'me',
    metadata: mine.metadata ?? {},
  }
  test.each<[string, TimelineAction[], string[]]>([
    ['are displayed as the earlier one', [created(mine), created(duplicate)], ['k=m5']],
    [
      'are displayed as the earlier one even if it arrives later',
      [queued, created(duplicate), created(mine)],
      ['k=m5'],
    ],
    [
      'are displayed as the other one, with the same key, if one is deleted',
      [created(mine), created(duplicate), deleted('m5')],
      ['k=m8'],
    ],
    [
      'are two messages if the payloads differ',
      [created(mine), created({ ...duplicate, payload: { type: 'text', text: 'x' } })],
      ['k=m5', 'm8=m8'],
    ],
  ])('%s', (_, actions, expected) => {
    expect(summarize(reduceAll(...actions))).toEqual(expected)
  })
})

describe('a streaming message', () => {
  test.each<[string, TimelineAction[], string[]]>([
    ['grows', [delta(0, 'a'), delta(1, 'b')], [streaming('ab')]],
    [
      'ignores repeated deltas',
      [delta(0, 'a'), delta(1, 'b'), delta(1, 'b'), delta(0, 'a')],
      [streaming('ab')],
    ],
    [
      'starts with the whole text for a late subscriber',
      [delta(4, 'abcde'), delta(5, 'f')],
      [streaming('abcdef')],
    ],
    ['keeps its text if a delta is missing', [delta(0, 'a'), delta(2, 'c')], [streaming('a')]],
    [
      'is complete again when it is announced again',
      [delta(0, 'a'), { type: 'streams_stale' }, delta(2, 'abc')],
      [streaming('abc')],
    ],
    ['remains while it is stale', [delta(0, 'a'), { type: 'streams_stale' }], [streaming('a')]],
    [
      'is dropped if it is not announced again',
      [delta(0, 'a'), { type: 'streams_stale' }, { type: 'streams_announced' }],
      [],
    ],
    [
      'starts over if it is announced with another text',
      [delta(0, 'a'), delta(1, 'b'), { type: 'streams_stale' }, delta(0, 'x'), { type: 'streams_announced' }],
      [streaming('x')],
    ],
    [
      'is dropped while stale when its user sends another message',
      [delta(0, 'a'), { type: 'streams_stale' }, created(message(8, { userId: 'bot' }))],
      ['m8=m8'],
    ],
    [
      'has the same key when stored, even if it was dropped before',
      [delta(0, 'a'), { type: 'streams_stale' }, { type: 'streams_announced' }, created(completed)],
      ['s bot=m7'],
    ],
    [
      'is replaced by the stored message, which arrives twice',
      [delta(0, 'a'), complete(completed), created(completed)],
      ['s bot=m7'],
    ],
    [
      'is not replaced by a message of another user with its stream id',
      [delta(0, 'a'), created({ ...completed, userId: 'bob' })],
      ['s bob=m7', streaming('a')],
    ],
    ['is removed when it is aborted', [delta(0, 'a'), aborted, delta(1, 'b')], []],
    [
      'does not reappear once it is stored',
      [delta(0, 'a'), created(completed), delta(1, 'b'), delta(0, 'a')],
      ['s bot=m7'],
    ],
    ['precedes pending messages', [queued, delta(0, 'a')], [streaming('a'), sending]],
  ])('%s', (_, actions, expected) => {
    expect(summarize(reduceAll(...actions))).toEqual(expected)
  })
})

test('a discarded message does not reappear if another tab announces it again', () => {
  const discarded = { type: 'discarded', key: 'k' } as const

  expect(summarize(reduceAll(queued, discarded, queued))).toEqual([])
  expect(summarize(reduceAll(discarded, queued))).toEqual([])
  expect(summarize(reduceAll(discarded, created(mine)))).toHaveLength(1)
})

test('an action without new information returns the same timeline, and unchanged messages keep their object', () => {
  const previous = reduceAll(created(message(1)), queued, delta(0, 'a'))

  expect(reduceTimeline(previous, created(message(1)))).toBe(previous)
  expect(reduceTimeline(previous, { type: 'unknown', data: 'ping' })).toBe(previous)
  const next = reduceTimeline(previous, delta(1, 'b'))
  expect(next.messages[0]).toBe(previous.messages[0])
  expect(next.messages[2]).toBe(previous.messages[2])
})

test('reducing a timeline does not mutate it', () => {
  const previous = reduceAll(created(mine), delta(0, 'a'))
  const before = structuredClone(previous)

  reduceTimeline(previous, created({ ...mine, ...message(9), metadata: mine.metadata ?? {} }))
  reduceTimeline(reduceTimeline(previous, deleted('m5')), queued)

  expect(previous).toEqual(before)
  expect(summarize(reduceTimeline(previous, queued))).toEqual(summarize(previous))
})
