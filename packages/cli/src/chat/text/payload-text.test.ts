import type { Payload } from '@parley/core'
import { expect, test } from 'vitest'
import { payloadSummary, payloadText, numberedReplies } from './payload-text.ts'

const card = {
  type: 'card',
  title: 'Trip',
  subtitle: 'Far away',
  imageUrl: 'https://a/b.png',
  actions: [
    { action: 'postback', label: 'Book', value: 'book:7' },
    { action: 'url', label: 'More', value: 'https://more' },
    { action: 'say', label: 'Greet', value: 'Hello there' },
  ],
} as const satisfies Payload
const options = [
  { label: 'Yes', value: 'y' },
  { label: 'No', value: 'n' },
]

const table: [Payload, string][] = [
  [{ type: 'text', text: 'Hello' }, 'Hello'],
  [{ type: 'markdown', markdown: '# Hello\nyou' }, '# Hello\nyou'],
  [{ type: 'image', imageUrl: 'https://a/b.png' }, '[image] https://a/b.png'],
  [{ type: 'audio', audioUrl: 'https://a/b.ogg' }, '[audio] https://a/b.ogg'],
  [{ type: 'video', videoUrl: 'https://a/b.mp4' }, '[video] https://a/b.mp4'],
  [{ type: 'file', fileUrl: 'https://a/b' }, '[file] https://a/b'],
  [{ type: 'file', fileUrl: 'https://a/b', title: 'Report' }, '[file] Report https://a/b'],
  [{ type: 'location', latitude: 1.5, longitude: -2 }, '[location] 1.5 -2'],
  [
    { type: 'location', latitude: 1, longitude: 2, title: 'Here', address: 'Street 1' },
    '[location] Here, Street 1, 1 2',
  ],
  [card, '[card] Trip\nFar away\n[image] https://a/b.png\n1. Book\n- More: https://more\n2. Greet'],
  [
    {
      type: 'carousel',
      items: [{ ...card }, { title: 'Two', actions: [{ action: 'say', label: 'Hi', value: 'Hi' }] }],
    },
    '[card] Trip\nFar away\n[image] https://a/b.png\n1. Book\n- More: https://more\n2. Greet\n[card] Two\n3. Hi',
  ] as unknown as [Payload, string],
  [{ type: 'choice', text: 'Tea?', options }, 'Tea?\n1. Yes\n2. No'],
  [{ type: 'dropdown', text: 'Tea?', options }, 'Tea?\n1. Yes\n2. No'],
  [
    {
      type: 'bloc',
      items: [
        { type: 'text', text: 'Look' },
        { type: 'image', imageUrl: 'https://a/b.png' },
      ],
    },
    'Look\n[image] https://a/b.png',
  ],
]

test.for(table)('%j is formatted as text', ([payload, expected]) => {
  expect(payloadText(payload)).toBe(expected)
})

test('one line describes a payload without Markdown syntax and URLs', () => {
  const markdown = '# Dear **you**\n\nsee [this](https://a) \u001B[2J'

  expect(payloadSummary({ type: 'markdown', markdown }, 200)).toBe('Dear you see this')
  expect(payloadSummary({ type: 'file', fileUrl: 'https://a/b.pdf' }, 200)).toBe('b.pdf')
  expect(payloadSummary({ type: 'text', text: 'x'.repeat(300) }, 80)).toHaveLength(80)
})

test('a payload of an unknown type, or with missing fields, is shown as one short line of JSON', () => {
  const invalidPayloads: unknown[] = [
    { type: 'poll', question: 'a\nb' },
    { type: 'text' },
    { type: 'choice', text: 'Tea?' },
  ]

  expect(invalidPayloads.map((payload) => payloadText(payload as Payload))).toEqual([
    '[poll] {"question":"a\\nb"}',
    '[text] {}',
    '[choice] {"text":"Tea?"}',
  ])
  expect(payloadText({ type: 'poll', text: 'x'.repeat(1_000) } as unknown as Payload)).toHaveLength(300)
  expect(numberedReplies({ type: 'choice', text: 'Tea?' } as Payload)).toEqual([])
})

test('escape sequences in a payload are removed', () => {
  const attack = '\u001B[2Jevil'
  const payload: Payload = { type: 'choice', text: attack, options: [{ label: attack, value: attack }] }

  expect(payloadText(payload)).toBe('evil\n1. evil')
})

test('numbered replies are in the order in which they are shown', () => {
  expect(numberedReplies({ type: 'choice', text: 'Tea?', options })).toEqual([
    { type: 'text', text: 'Yes', value: 'y' },
    { type: 'text', text: 'No', value: 'n' },
  ])
  expect(numberedReplies(card)).toEqual([
    { type: 'text', text: 'Book', value: 'book:7' },
    { type: 'text', text: 'Hello there' },
  ])
  expect(numberedReplies({ type: 'text', text: '1. Not a choice' })).toEqual([])
})
