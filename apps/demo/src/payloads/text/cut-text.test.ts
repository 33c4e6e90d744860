import { expect, test } from 'vitest'
import { cutText } from './cut-text.ts'

test('an ordinary text is shown as it is', () => {
  expect(cutText('Hello')).toBeUndefined()
  expect(cutText('word '.repeat(1_000))).toBeUndefined()
})

test('a very long text is cut between two words', () => {
  expect(cutText('twelve chars '.repeat(1_000))).toMatch(/^(twelve chars )+(twelve|twelve chars)$/)
})

test('many lines are cut as well, however short they are', () => {
  expect(cutText('a\n'.repeat(500))?.split('\n')).toHaveLength(30)
})

test('a text without gaps is cut, and never within a character', () => {
  expect(cutText(`a${'🦜'.repeat(10_000)}`)).toMatch(/^a(🦜)+$/u)
})
