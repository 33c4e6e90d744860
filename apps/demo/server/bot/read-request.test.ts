import { expect, test } from 'vitest'
import { readRequest } from './read-request.ts'
import { samples } from './samples.ts'

test.each(Object.keys(samples))('“show %s” requests that type', (type) => {
  expect(readRequest(`show ${type}`)).toEqual({ type: 'show', types: [type] })
})

test.each([
  ['Show me a card, please!', ['card']],
  ['show images and a map', ['image', 'location']],
  ['carousel', ['carousel']],
  ['Buttons?', ['choice']],
])('%j requests the named types', (text, types) => {
  expect(readRequest(text)).toEqual({ type: 'show', types })
})

test.each(['show everything', 'Everything!', 'show all'])('%j requests all twelve types', (text) => {
  expect(readRequest(text)).toEqual({ type: 'show', types: Object.keys(samples) })
  expect(Object.keys(samples)).toHaveLength(12)
})

test.each(['help', 'The menu, please'])('%j requests the menu', (text) => {
  expect(readRequest(text)).toEqual({ type: 'menu' })
})

test.each(['What did I say?', 'Polly, what have I said so far'])('%j requests the own messages', (text) => {
  expect(readRequest(text)).toEqual({ type: 'recall' })
})

test.each(['I lost my card yesterday', 'all good', 'drink tea', 'constructor'])(
  '%j is not a command',
  (text) => {
    expect(readRequest(text)).toEqual({ type: 'talk', text })
  },
)
