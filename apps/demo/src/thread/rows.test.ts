import type { ChatMessage } from '@parley/rx'
import { expect, test } from 'vitest'
import { createLayout } from './rows.ts'

const me = 'ada'

test('messages of one sender stand in one group, until somebody else speaks or five minutes pass', () => {
  const { rows } = createLayout(me)([
    said('1', me, '10:00'),
    said('2', me, '10:01'),
    said('3', 'polly', '10:02'),
    said('4', 'polly', '10:07'),
  ])

  expect(rows.map(({ isOwn, isFirst, isLast }) => [isOwn, isFirst, isLast])).toEqual([
    [true, true, false],
    [true, false, true],
    [false, true, true],
    [false, true, true],
  ])
})

test('a day is named at its first message, and begins a group', () => {
  const { rows } = createLayout(me)([
    said('1', me, '23:59'),
    { ...said('2', me, '00:01'), createdAt: '2030-03-02T00:01:00' },
    { ...said('3', me, '00:02'), createdAt: '2030-03-02T00:02:00' },
  ])

  expect(rows.map(({ day, isFirst }) => [day, isFirst])).toEqual([
    ['2030-03-01T23:59:00', true],
    ['2030-03-02T00:01:00', true],
    [undefined, false],
  ])
})

test('what is unsent joins the group before it, and begins no day', () => {
  const { rows } = createLayout(me)([said('1', me, '10:00'), sending('2')])

  expect(rows.map(({ isFirst, isLast, day }) => [isFirst, isLast, day !== undefined])).toEqual([
    [true, false, true],
    [false, true, false],
  ])
})

test('an answer is known by what it answers, as the value of a click or the text that was typed', () => {
  const layOut = createLayout(me)
  const asked = [said('q1', 'polly', '10:00'), said('q2', 'polly', '10:00')]
  const answered: ChatMessage[] = [
    ...asked,
    {
      ...said('1', me, '10:01'),
      metadata: { answers: 'q1' },
      payload: { type: 'text', text: 'Tea', value: 'tea' } as never,
    },
    { ...said('2', me, '10:02'), metadata: { answers: 'q2' } },
    { ...said('3', 'polly', '10:03'), metadata: { answers: 'q3' } },
  ]

  const before = layOut(asked).answers
  const after = layOut(answered).answers
  const again = layOut(asked).answers

  expect([...before]).toEqual([])
  expect([...after]).toEqual([
    ['q1', 'tea'],
    ['q2', '2'],
  ])
  expect([...again]).toEqual([])
})

test('what it remembers changes nothing of what it says', () => {
  const all = [
    said('1', me, '10:00'),
    said('2', 'polly', '10:01'),
    said('3', 'polly', '10:02'),
    said('4', me, '10:30'),
    sending('5'),
  ]
  const layOut = createLayout(me)
  const stories = [all, all.slice(2), all.slice(0, 3), all, all.slice(1, 4), [], all.toSpliced(1, 1)]

  for (const messages of stories) expect(layOut(messages)).toEqual(createLayout(me)(messages))
})

test('a message that grows leaves the rows before it as they are, but for its neighbour', () => {
  const layOut = createLayout(me)
  const messages = Array.from({ length: 1_000 }, (_, index) => said(String(index), 'polly', '10:00'))

  const before = layOut(messages).rows
  const after = layOut([...messages, said('new', 'polly', '10:01')]).rows

  expect(after).toHaveLength(1_001)
  expect(after.filter((row, index) => row === before[index])).toHaveLength(999)
})

function said(id: string, userId: string, time: string): Extract<ChatMessage, { status: 'sent' }> {
  return {
    id,
    key: id,
    status: 'sent',
    conversationId: 'c1',
    userId,
    createdAt: `2030-03-01T${time}:00`,
    payload: { type: 'text', text: id },
  }
}

function sending(key: string): ChatMessage {
  return { key, status: 'sending', conversationId: 'c1', userId: me, payload: { type: 'text', text: key } }
}
