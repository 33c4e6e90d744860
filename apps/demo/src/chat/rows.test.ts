import type { Message } from '@parley/core'
import { expect, test } from 'vitest'
import { toRows, type MessageRow } from './rows.ts'
import { emptyThread, type Thread } from './thread.ts'

const me = 'user_me'

test('a stored message takes the place of the pending one, and of the one being written', () => {
  const before = rowsOf({
    pending: [{ clientMessageId: 'c1', payload: text('Hi'), metadata: {}, at: at(10, 0), state: 'sending' }],
    drafts: [{ streamId: 's1', userId: 'bot', createdAt: at(10, 1), text: 'Good mor', sequence: 1 }],
  })
  const after = rowsOf({
    messages: [
      message('m1', { userId: me, metadata: { clientMessageId: 'c1' } }),
      message('m2', { metadata: { streamId: 's1' } }),
    ],
  })

  expect(after.map((row) => row.key)).toEqual(before.map((row) => row.key))
  expect(before.map((row) => row.status)).toEqual(['sending', 'writing'])
  expect(after.map((row) => row.status)).toEqual(['stored', 'stored'])
})

test('messages that claim the same client id still have a place each', () => {
  const rows = rowsOf({
    messages: [
      message('m1', { userId: me, metadata: { clientMessageId: 'c1' } }),
      message('m2', { userId: me, metadata: { clientMessageId: 'c1' } }),
    ],
  })

  expect(rows.map((row) => row.key)).toEqual(['client:c1', 'm2'])
})

test('what one sender says within five minutes is one group', () => {
  const rows = rowsOf({
    messages: [
      message('m1', { createdAt: at(10, 0) }),
      message('m2', { createdAt: at(10, 4) }),
      message('m3', { createdAt: at(10, 5), userId: me }),
      message('m4', { createdAt: at(10, 30), userId: me }),
    ],
  })

  expect(rows.map(({ isFirst, isLast }) => [isFirst, isLast])).toEqual([
    [true, false],
    [false, true],
    [true, true],
    [true, true],
  ])
})

test('a new day has a line of its own', () => {
  const messages = [
    message('m1', { createdAt: '2030-01-01T12:00:00.000Z' }),
    message('m2', { createdAt: '2030-01-03T12:00:00.000Z' }),
  ]

  expect(toRows({ ...emptyThread('conv_1', me), messages }).map((row) => row.kind)).toEqual([
    'day',
    'message',
    'day',
    'message',
  ])
})

test('a question knows the value that the visitor chose; what others answered does not count', () => {
  const question = message('m1', {
    payload: { type: 'choice', text: 'Tea?', options: [{ label: 'Yes', value: 'tea' }] },
  })
  const reply = message('m2', {
    userId: me,
    payload: { ...text('Yes'), value: 'tea' } as Message['payload'],
    metadata: { answers: 'm1' },
  })

  expect(rowsOf({ messages: [question, reply] })[0]?.answer).toBe('tea')
  expect(rowsOf({ messages: [question, { ...reply, userId: 'other' }] })[0]?.answer).toBeUndefined()
})

function rowsOf(part: Partial<Thread>): MessageRow[] {
  return toRows({ ...emptyThread('conv_1', me), ...part }).filter((row) => row.kind === 'message')
}

function message(id: string, fields: Partial<Message> = {}): Message {
  return {
    id,
    createdAt: at(10, Number(id.slice(1))),
    conversationId: 'conv_1',
    userId: 'bot',
    payload: text(id),
    ...fields,
  }
}

function text(value: string) {
  return { type: 'text' as const, text: value }
}

function at(hour: number, minute: number): string {
  return new Date(2030, 0, 1, hour, minute).toISOString()
}
