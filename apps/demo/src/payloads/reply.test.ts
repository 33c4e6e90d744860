import { expect, test } from 'vitest'
import { replyToAction, replyWithOption } from './reply.ts'

test('a say button speaks its value', () => {
  expect(replyToAction({ action: 'say', label: 'Greet', value: 'Hello!' })).toEqual({
    type: 'text',
    text: 'Hello!',
  })
})

test('a postback button shows its label and carries its value', () => {
  expect(replyToAction({ action: 'postback', label: 'Book', value: 'book:7' })).toEqual({
    type: 'text',
    text: 'Book',
    value: 'book:7',
  })
})

test('an option shows its label and carries its value', () => {
  expect(replyWithOption({ label: 'Tea', value: 'tea' })).toEqual({ type: 'text', text: 'Tea', value: 'tea' })
})
