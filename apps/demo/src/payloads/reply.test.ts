import { expect, test } from 'vitest'
import { createActionReply, replyWithOption } from './reply.ts'

test('a say button sends its value as text', () => {
  expect(createActionReply({ action: 'say', label: 'Greet', value: 'Hello!' })).toEqual({
    type: 'text',
    text: 'Hello!',
  })
})

test('a postback button sends its label as text, with its value', () => {
  expect(createActionReply({ action: 'postback', label: 'Book', value: 'book:7' })).toEqual({
    type: 'text',
    text: 'Book',
    value: 'book:7',
  })
})

test('an option sends its label as text, with its value', () => {
  expect(replyWithOption({ label: 'Tea', value: 'tea' })).toEqual({ type: 'text', text: 'Tea', value: 'tea' })
})
