import { expect, test } from 'vitest'
import { getMessageText, getPreviewText } from './message-text.ts'

test.each([
  [{ type: 'text', text: ' Two\n lines ' }, 'Two lines'],
  [{ type: 'markdown', markdown: '## A *title*' }, 'A title'],
  [{ type: 'image', imageUrl: 'https://a.test/b.png' }, 'Image'],
  [{ type: 'bloc', items: [{ type: 'image', imageUrl: 'https://a.test/b.png' }] }, 'Image'],
  [{ type: 'text', text: 'word '.repeat(100_000) }, 'word '.repeat(40).trim()],
])('previews a message in one line', (payload, preview) => {
  expect(getPreviewText(payload)).toBe(preview)
})

test('includes the options of a choice, and the whole text of a long message', () => {
  const options = [
    { label: 'Tea', value: 't' },
    { label: 'Grog', value: 'g' },
  ]

  expect(getMessageText({ type: 'choice', text: 'Thirsty?', options })).toBe('Thirsty?\nTea, Grog')
  expect(getMessageText({ type: 'markdown', markdown: `**${'word '.repeat(1_000)}end**` })).toMatch(/ end$/)
})

test.each([null, undefined, 7, 'words', [], {}, { type: 'text' }, { type: 'carousel' }, { type: 'poll' }])(
  'previews an unknown payload as “Message”',
  (payload) => {
    expect(getPreviewText(payload)).toBe('Message')
  },
)

test.each([{ items: [] }, { items: [null] }])('previews a bloc without text as “Message”', ({ items }) => {
  expect(getPreviewText({ type: 'bloc', items })).toBe('Message')
})
