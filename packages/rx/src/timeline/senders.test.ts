import { expect, test } from 'vitest'
import {
  created,
  deleted,
  delta,
  message,
  mine,
  queued,
  reduceAll,
} from '../../e2e/model/timeline-actions.ts'
import { reduceTimeline } from './reduce-timeline.ts'
import type { TimelineAction } from './timeline.ts'

const me = { id: 'me', name: 'Me' }
const bob = { id: 'bob', name: 'Bob' }
const loaded = (...senders: (typeof me)[]): TimelineAction => ({ type: 'senders_loaded', senders })

test('messages tell whose they are, and their sender once it is known', () => {
  const timeline = reduceAll(loaded(me, bob), created(message(1)), created(mine), delta(0, 'a'), queued)
  const sending = reduceAll(loaded(me), queued)

  expect(timeline.messages.map(({ isOwn, sender }) => [isOwn, sender])).toEqual([
    [false, bob],
    [true, me],
    [false, undefined],
  ])
  expect(sending.messages).toMatchObject([{ status: 'sending', isOwn: true, sender: me }])
})

test('a profile that is loaded later replaces only the messages of its user, also in the index', () => {
  const previous = reduceAll(loaded(me), created(message(1)), created(mine), delta(0, 'a'))

  const next = reduceTimeline(previous, loaded({ ...me }, bob))

  expect(next.messages[0]).toEqual({ ...previous.messages[0], sender: bob })
  expect(next.messages[1]).toBe(previous.messages[1])
  expect(next.messages[2]).toBe(previous.messages[2])
  expect(previous.messages[0]).not.toHaveProperty('sender')
  expect(reduceTimeline(next, created(message(1)))).toBe(next)
  expect(reduceTimeline(next, deleted('m1')).messages.map(({ key }) => key)).toEqual(['k', 's bot'])
})

test('a known profile, or one of a user without messages, changes no message', () => {
  const previous = reduceAll(loaded(bob), created(message(1)))

  expect(reduceTimeline(previous, loaded({ ...bob }))).toBe(previous)
  expect(reduceTimeline(previous, loaded(me)).messages).toBe(previous.messages)
})
