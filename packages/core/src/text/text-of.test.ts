import { expect, test } from 'vitest'
import type { Payload } from '../index.ts'
import { textOf } from './index.ts'

const options = [
  { label: 'Yes', value: 'y' },
  { label: 'No', value: 'n' },
]
const card = {
  type: 'card',
  title: 'Trip',
  subtitle: 'Far away',
  imageUrl: 'https://a/b.png',
  actions: [
    { action: 'postback', label: 'Book', value: 'book:7' },
    { action: 'url', label: 'More', value: 'https://more' },
  ],
} as const satisfies Payload

const table: [Payload, string][] = [
  [{ type: 'text', text: 'Hello *you*' }, 'Hello *you*'],
  [{ type: 'markdown', markdown: '# Hello\n**you**, see [this](https://a)' }, 'Hello\nyou, see this'],
  [{ type: 'image', imageUrl: 'https://a/my%20b.png?size=1#x/y' }, 'my b.png'],
  [{ type: 'image', imageUrl: 'data:image/png;base64,AA/AA' }, '[image]'],
  [{ type: 'audio', audioUrl: 'https://a/%E0%A4.ogg' }, '%E0%A4.ogg'],
  [{ type: 'video', videoUrl: 'https://a/' }, '[video]'],
  [{ type: 'file', fileUrl: 'https://a/b.pdf' }, 'b.pdf'],
  [{ type: 'file', fileUrl: 'https://a/b', title: 'Report' }, 'Report'],
  [{ type: 'location', latitude: 1.5, longitude: -2 }, '1.5, -2'],
  [{ type: 'location', latitude: 1, longitude: 2, title: 'Here', address: 'Street 1' }, 'Here\nStreet 1'],
  [card, 'Trip\nFar away\nBook, More'],
  [
    { type: 'carousel', items: [card, { type: 'card', title: 'Two', actions: [] }] },
    'Trip\nFar away\nBook, More\nTwo',
  ],
  [{ type: 'choice', text: 'Tea?', options }, 'Tea?\nYes, No'],
  [{ type: 'dropdown', text: 'Tea?', options }, 'Tea?\nYes, No'],
  [
    {
      type: 'bloc',
      items: [
        { type: 'markdown', markdown: '_Look_' },
        { type: 'image', imageUrl: 'https://a/b.png' },
      ],
    },
    'Look\nb.png',
  ],
]

test.for(table)('%j becomes readable text', ([payload, expected]) => {
  expect(textOf(payload)).toBe(expected)
})

test('the table covers all 12 payload types', () => {
  expect(new Set(table.map(([{ type }]) => type)).size).toBe(12)
})

test.for<[unknown, string]>([
  [{ type: 'poll', question: 'Why?' }, '[poll]'],
  [{ type: 'poll', title: 'Why?', options }, 'Why?\nYes, No'],
  [{ type: 'sticker', stickerUrl: 'https://a/cat.webp' }, 'cat.webp'],
  [{ type: 'text' }, '[text]'],
  [{ type: 'markdown', markdown: '***' }, '[markdown]'],
  [{ type: 'choice', text: 'Tea?' }, 'Tea?'],
  [{ type: 'choice', text: 'Tea?', options: [null, 'x', { label: 7 }, options[0]] }, 'Tea?\nYes'],
  [{ type: 'location', latitude: '1' }, '[location]'],
  [{ type: 'bloc', items: [{ type: 'image' }, { type: 'bloc', items: [] }] }, '[image]\n[bloc]'],
  [{ type: { toString: 1 }, text: 'Hi' }, 'Hi'],
  [JSON.parse('{"type":"__proto__","__proto__":{"text":"no"}}'), '[__proto__]'],
  [{}, '[unknown]'],
  [null, '[unknown]'],
  ['Hi', '[unknown]'],
])('invalid data is converted as far as possible: %j', ([payload, expected]) => {
  expect(textOf(payload)).toBe(expected)
})

test('deeply nested data does not fail', () => {
  let payload: unknown = { type: 'text', text: 'Hi' }
  for (let depth = 0; depth < 100_000; depth++) payload = { type: 'bloc', items: [payload] }

  expect(textOf(payload)).toBe('[bloc]')
})
