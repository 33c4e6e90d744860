import { expect, test } from 'vitest'
import { samples } from '../../server/bot/samples.ts'
import { readPayload } from './read-payload.ts'

test.each(Object.entries(samples))('%s is read as it is', (_, payload) => {
  expect(readPayload(payload)).toEqual(payload)
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
])('%j cannot be shown', (payload) => {
  expect(readPayload(payload)).toBeUndefined()
})

test('what is wrong within a payload is left out, and the rest is shown', () => {
  const good = { label: 'Tea', value: 'tea' }

  expect(readPayload({ type: 'choice', text: 7, options: [good, null, { label: 'Grog' }] })).toEqual({
    type: 'choice',
    text: '',
    options: [good],
  })
  expect(
    readPayload({
      type: 'carousel',
      items: [{ title: 'A card', subtitle: {}, actions: [{ action: 'explode', ...good }] }, 'no card'],
    }),
  ).toEqual({ type: 'carousel', items: [{ type: 'card', title: 'A card', actions: [] }] })
  expect(readPayload({ type: 'file', fileUrl: '/a.txt', title: [] })).toEqual({
    type: 'file',
    fileUrl: '/a.txt',
  })
})
