import { expect, test } from 'vitest'
import { messageText, previewOf } from './message-text.ts'

test.each([
  [{ type: 'text', text: ' Two\n lines ' }, 'Two lines'],
  [{ type: 'markdown', markdown: '## A *title*' }, 'A title'],
  [{ type: 'image', imageUrl: 'https://a.test/b.png' }, 'Picture'],
  [{ type: 'bloc', items: [{ type: 'image', imageUrl: 'https://a.test/b.png' }] }, 'Picture'],
  [{ type: 'text', text: 'word '.repeat(100_000) }, 'word '.repeat(40).trim()],
])('previews a message in one line', (payload, words) => {
  expect(previewOf(payload)).toBe(words)
})

test('includes the options of a choice, and all of a long answer', () => {
  const options = [
    { label: 'Tea', value: 't' },
    { label: 'Grog', value: 'g' },
  ]

  expect(messageText({ type: 'choice', text: 'Thirsty?', options })).toBe('Thirsty?\nTea, Grog')
  expect(messageText({ type: 'markdown', markdown: `**${'word '.repeat(1_000)}end**` })).toMatch(/ end$/)
})

test.each([null, undefined, 7, 'words', [], {}, { type: 'text' }, { type: 'carousel' }, { type: 'poll' }])(
  'a value that is no known payload is a message',
  (payload) => {
    expect(previewOf(payload)).toBe('Message')
  },
)

test.each([{ items: [] }, { items: [null] }])('a bloc without text is a message', ({ items }) => {
  expect(previewOf({ type: 'bloc', items })).toBe('Message')
})
