import type { ChatMessage } from '@parley/rx'
import { expect, test } from 'vitest'
import { createLayout } from './rows.ts'

const me = 'ada'

test('groups messages of one sender with less than five minutes between them', () => {
  const { rows } = createLayout()([
    message('1', me, '10:00'),
    message('2', me, '10:01'),
    message('3', 'polly', '10:02'),
    message('4', 'polly', '10:07'),
  ])

  expect(rows.map(({ message: { isOwn }, isFirst, isLast }) => [isOwn, isFirst, isLast])).toEqual([
    [true, true, false],
    [true, false, true],
    [false, true, true],
    [false, true, true],
  ])
})

test('starts a group with each day, and names the day at its first message', () => {
  const { rows } = createLayout()([
    message('1', me, '23:59'),
    { ...message('2', me, '00:01'), createdAt: '2030-03-02T00:01:00' },
    { ...message('3', me, '00:02'), createdAt: '2030-03-02T00:02:00' },
  ])

  expect(rows.map(({ day, isFirst }) => [day, isFirst])).toEqual([
    ['2030-03-01T23:59:00', true],
    ['2030-03-02T00:01:00', true],
    [undefined, false],
  ])
})

test('adds pending messages to the last group, without a day', () => {
  const { rows } = createLayout()([message('1', me, '10:00'), sending('2')])

  expect(rows.map(({ isFirst, isLast, day }) => [isFirst, isLast, day !== undefined])).toEqual([
    [true, false, true],
    [false, true, false],
  ])
})

test('maps questions to their answers, as the value of an option or the typed text', () => {
  const layOut = createLayout()
  const questions = [message('q1', 'polly', '10:00'), message('q2', 'polly', '10:00')]
  const answered: ChatMessage[] = [
    ...questions,
    {
      ...message('1', me, '10:01'),
      metadata: { answers: 'q1' },
      payload: { type: 'text', text: 'Tea', value: 'tea' } as never,
    },
    { ...message('2', me, '10:02'), metadata: { answers: 'q2' } },
    { ...message('3', 'polly', '10:03'), metadata: { answers: 'q3' } },
  ]

  const before = layOut(questions).answers
  const after = layOut(answered).answers
  const again = layOut(questions).answers

  expect([...before]).toEqual([])
  expect([...after]).toEqual([
    ['q1', 'tea'],
    ['q2', '2'],
  ])
  expect([...again]).toEqual([])
})

test('returns the same layout with and without a cached one', () => {
  const all = [
    message('1', me, '10:00'),
    message('2', 'polly', '10:01'),
    message('3', 'polly', '10:02'),
    message('4', me, '10:30'),
    sending('5'),
  ]
  const layOut = createLayout()
  const sequences = [all, all.slice(2), all.slice(0, 3), all, all.slice(1, 4), [], all.toSpliced(1, 1)]

  for (const messages of sequences) expect(layOut(messages)).toEqual(createLayout()(messages))
})

test('keeps all rows except the last when a message is added', () => {
  const layOut = createLayout()
  const messages = Array.from({ length: 1_000 }, (_, index) => message(String(index), 'polly', '10:00'))

  const before = layOut(messages).rows
  const after = layOut([...messages, message('new', 'polly', '10:01')]).rows

  expect(after).toHaveLength(1_001)
  expect(after.filter((row, index) => row === before[index])).toHaveLength(999)
})

function message(id: string, userId: string, time: string): Extract<ChatMessage, { status: 'sent' }> {
  return {
    id,
    key: id,
    status: 'sent',
    isOwn: userId === me,
    conversationId: 'c1',
    userId,
    createdAt: `2030-03-01T${time}:00`,
    payload: { type: 'text', text: id },
  }
}

function sending(key: string): ChatMessage {
  const payload = { type: 'text', text: key } as const
  return { key, status: 'sending', isOwn: true, conversationId: 'c1', userId: me, payload }
}
