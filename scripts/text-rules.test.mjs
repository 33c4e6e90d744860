import { expect, test } from 'vitest'
import { findTextProblems } from './text-rules.mjs'

const archaic = ['for', 'ever']

test('finds a phrase to avoid, in prose and in code', () => {
  expect(findTextProblems('page.md', `It retries.\nIt retries ${archaic.join(' ')}.\n`)).toEqual([
    { line: 2, message: `Avoid "${archaic.join(' ')}"; suggestion: forever` },
  ])
})

test('finds a phrase that continues on the next line of a comment', () => {
  const [start, end] = archaic

  expect(findTextProblems('file.ts', `// It retries ${start}\n  // ${end}.\n`)).toHaveLength(1)
})

test('finds a line of more than 120 characters', () => {
  const text = `// ${'x'.repeat(117)}\n// ${'x'.repeat(118)}\n`

  expect(findTextProblems('file.ts', text)).toEqual([
    { line: 2, message: 'Line has 121 characters; the limit is 120' },
  ])
})

test.each([
  ['a long URL', 'page.md', `See https://example.com/${'x'.repeat(120)}.`],
  ['a table in Markdown', 'page.md', `| ${'cell '.repeat(40)} |`],
  ['Tailwind classes', 'part.tsx', `      <div className="${'text-sm '.repeat(20)}">`],
  ['a list of Tailwind classes', 'part.tsx', `  '${'text-sm '.repeat(20)}',`],
])('exempts %s from the limit', (_, path, line) => {
  expect(findTextProblems(path, line)).toEqual([])
})

test('does not exempt a long sentence in JSX', () => {
  expect(findTextProblems('part.tsx', `  'Well-known, ${'and long '.repeat(20)}',`)).toHaveLength(1)
})
