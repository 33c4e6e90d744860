import { expect, test } from 'vitest'
import { truncateText } from './long-text.tsx'

test('does not truncate an ordinary text', () => {
  expect(truncateText('Hello')).toBeUndefined()
  expect(truncateText('word '.repeat(1_000))).toBeUndefined()
})

test('truncates a very long text between two words', () => {
  expect(truncateText('twelve chars '.repeat(1_000))).toMatch(/^(twelve chars )+(twelve|twelve chars)$/)
})

test('truncates many lines, even if they are short', () => {
  expect(truncateText('a\n'.repeat(500))?.split('\n')).toHaveLength(30)
})

test('truncates a text without spaces, but never within a character', () => {
  expect(truncateText(`a${'🦜'.repeat(10_000)}`)).toMatch(/^a(🦜)+$/u)
})
