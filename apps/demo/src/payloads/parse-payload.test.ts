import { expect, test } from 'vitest'
import { samples } from '../../server/bot/samples.ts'
import { parsePayload } from './parse-payload.ts'

test.each(Object.entries(samples))('parses %s unchanged', (_, payload) => {
  expect(parsePayload(payload)).toEqual(payload)
})

test.each([
  null,
  'text',
  [],
  {},
  { type: 'text' },
  { type: 'text', text: 5 },
  { type: 'image', imageUrl: null },
  { type: 'location', latitude: '39', longitude: 5 },
  { type: 'card', actions: [] },
  { type: 'carousel', items: 'cards' },
  { type: 'choice', text: 'Which?' },
  { type: 'bloc' },
  { type: 'poll', text: 'Which?' },
  { type: 'toString' },
])('rejects %j', (payload) => {
  expect(parsePayload(payload)).toBeUndefined()
})

test('omits invalid parts of a payload', () => {
  const good = { label: 'Tea', value: 'tea' }

  expect(parsePayload({ type: 'choice', text: 7, options: [good, null, { label: 'Grog' }] })).toEqual({
    type: 'choice',
    text: '',
    options: [good],
  })
  expect(
    parsePayload({
      type: 'carousel',
      items: [{ title: 'A card', subtitle: {}, actions: [{ action: 'explode', ...good }] }, 'no card'],
    }),
  ).toEqual({ type: 'carousel', items: [{ type: 'card', title: 'A card', actions: [] }] })
  expect(parsePayload({ type: 'file', fileUrl: '/a.txt', title: [] })).toEqual({
    type: 'file',
    fileUrl: '/a.txt',
  })
})
