import type { ChatMessage } from '@parley/rx'
import { expect, test } from 'vitest'
import { createTranscript } from './transcript.ts'

test('the first update prints the newest messages, later ones print each new message once', () => {
  const transcript = createTranscript(2)

  expect(keys(transcript.update(messages(1, 2, 3)).added)).toEqual(['2', '3'])
  expect(keys(transcript.update(messages(1, 2, 3, 4)).added)).toEqual(['4'])
  expect(transcript.update(messages(1, 2, 3, 4))).toEqual({ added: [], isReordered: false })
  expect(keys(transcript.printed)).toEqual(['2', '3', '4'])
})

test('without history, only new messages are printed', () => {
  const transcript = createTranscript(0)

  expect(keys(transcript.update(messages(1, 2)).added)).toEqual([])
  expect(keys(transcript.update(messages(0, 1, 2, 3)).added)).toEqual(['3'])
})

test('messages with the same time as the oldest printed one are distinguished by their keys', () => {
  const transcript = createTranscript(1)
  const [one, two, three] = messages(5, 5, 5).map((message, index) => ({ ...message, key: `k${index}` }))
  if (!one || !two || !three) throw new Error('Unable to create the messages; three are expected.')

  expect(keys(transcript.update([one, two]).added)).toEqual(['k1'])
  expect(keys(transcript.update([one, two, three]).added)).toEqual(['k2'])
})

test('pending messages are not printed', () => {
  const transcript = createTranscript(20)
  const pending = messages(1).map((message): ChatMessage => ({ ...message, status: 'sending' }))

  expect(transcript.update(pending).added).toEqual([])
  expect(keys(transcript.update(messages(1)).added)).toEqual(['1'])
})

test('a removed or inserted message reorders the printed ones', () => {
  const transcript = createTranscript(20)
  transcript.update(messages(1, 3, 4))

  expect(transcript.update(messages(1, 4)).isReordered).toBe(true)
  const inserted = transcript.update(messages(1, 2, 4))
  expect([keys(inserted.added), inserted.isReordered]).toEqual([['2'], true])
  expect(transcript.update(messages(1, 2, 4)).isReordered).toBe(false)
})

test('earlier messages are printed on request, one page at a time, and stay printed', () => {
  const numbers = Array.from({ length: 25 }, (_, index) => index + 10)
  const transcript = createTranscript(1)
  transcript.update(messages(...numbers))

  const first = keys(transcript.showOlder(messages(...numbers)))
  const second = keys(transcript.showOlder(messages(...numbers)))
  const none = transcript.showOlder(messages(...numbers))

  expect([first[0], first.at(-1), first.length]).toEqual(['14', '33', 20])
  expect(second).toEqual(['10', '11', '12', '13'])
  expect(none).toEqual([])
  expect(transcript.update(messages(...numbers))).toEqual({ added: [], isReordered: false })
})

function messages(...numbers: number[]): ChatMessage[] {
  return numbers.map((number) => ({
    id: `${number}`,
    key: `${number}`,
    status: 'sent',
    createdAt: new Date(number).toISOString(),
    conversationId: 'c1',
    userId: 'ann',
    isOwn: false,
    payload: { type: 'text', text: `${number}` },
  }))
}

function keys(stored: readonly ChatMessage[]): string[] {
  return stored.map(({ key }) => key)
}
