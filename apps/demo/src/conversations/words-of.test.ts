import { expect, test } from 'vitest'
import { wordsOf } from './words-of.ts'

test.each([
  [{ type: 'text', text: ' Two\n lines ' }, 'Two lines'],
  [{ type: 'markdown', markdown: '## A *title*' }, 'A title'],
  [{ type: 'bloc', items: [{ type: 'image', imageUrl: 'https://a.test/b.png' }] }, 'Picture'],
  [{ type: 'text', text: 'word '.repeat(100_000) }, 'word '.repeat(40).trim()],
])('says in one line what a message says', (payload, words) => {
  expect(wordsOf(payload)).toBe(words)
})

test.each([null, undefined, 7, 'words', [], {}, { type: 'text' }, { type: 'carousel' }, { type: 'poll' }])(
  'whatever is no payload is called a message',
  (payload) => {
    expect(wordsOf(payload)).toBe('Message')
  },
)

test.each([{ items: [] }, { items: [null] }, { items: [{ type: 'bloc', items: [] }] }])(
  'a bloc without words is several things',
  ({ items }) => {
    expect(wordsOf({ type: 'bloc', items })).toBe('Several things')
  },
)
