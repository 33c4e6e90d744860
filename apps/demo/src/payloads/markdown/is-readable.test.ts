import { expect, test } from 'vitest'
import { isReadable } from './is-readable.ts'

test('what people and models write is readable', () => {
  expect(isReadable('> - Some **bold** words\n> - and [a link](https://parley.example)')).toBe(true)
  expect(isReadable('| a | b |\n'.repeat(1_000))).toBe(true)
  expect(isReadable(`\`\`\`ts\n${'const one = two[three]\n'.repeat(5_000)}\`\`\``)).toBe(true)
})

test.each([
  ['marks without end', '*a_'.repeat(10_000)],
  ['brackets without end', '['.repeat(10_000)],
  ['quotations in quotations', '> '.repeat(1_000)],
  ['lists in lists', '1) '.repeat(1_000)],
  ['one endless paragraph', 'word '.repeat(10_000)],
])('%s are not', (_, block) => {
  expect(isReadable(block)).toBe(false)
})
