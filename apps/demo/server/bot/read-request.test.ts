import { expect, test } from 'vitest'
import { readRequest } from './read-request.ts'
import { samples } from './samples.ts'

test.each(Object.keys(samples))('“show %s” asks for that one', (type) => {
  expect(readRequest(`show ${type}`)).toEqual({ type: 'show', types: [type] })
})

test.each([
  ['Show me a card, please!', ['card']],
  ['show images and a map', ['image', 'location']],
  ['carousel', ['carousel']],
  ['Buttons?', ['choice']],
])('%j is understood', (text, types) => {
  expect(readRequest(text)).toEqual({ type: 'show', types })
})

test.each(['show everything', 'Everything!', 'show all'])('%j asks for all twelve', (text) => {
  expect(readRequest(text)).toEqual({ type: 'show', types: Object.keys(samples) })
  expect(Object.keys(samples)).toHaveLength(12)
})

test.each(['help', 'The menu, please'])('%j asks for the menu', (text) => {
  expect(readRequest(text)).toEqual({ type: 'menu' })
})

test.each(['I lost my card yesterday', 'all good', 'drink tea', 'constructor'])('%j is talk', (text) => {
  expect(readRequest(text)).toEqual({ type: 'talk', text })
})
