import { expect, test } from 'vitest'
import { isFastToParse } from './is-fast-to-parse.ts'

const code = `\`\`\`ts\n${'const one = two[three]\n'.repeat(5_000)}\`\`\``

test.each([
  ['a list with emphasis and a link', '> - Some **bold** words\n> - and [a link](https://parley.example)'],
  ['a table of 900 rows', '| a | b |\n'.repeat(900)],
  ['long code', code],
  ['long code that is still streaming', code.slice(0, -3)],
  ['code followed by a list', `${code}\n\n- one\n- two`],
  ['two code blocks', '```\na\n```\n'.repeat(2)],
])('parses %s', (_, block) => {
  expect(isFastToParse(block)).toBe(true)
})

test.each([
  ['unclosed delimiters', '*a_'.repeat(10_000)],
  ['unclosed brackets', '['.repeat(10_000)],
  ['deeply nested quotations', '> '.repeat(1_000)],
  ['deeply nested lists', '1) '.repeat(1_000)],
  ['a very long paragraph', 'word '.repeat(10_000)],
  ['thousands of underlined headings', 'a\n=\n'.repeat(10_000)],
  ['thousands of quotations with lazy continuation', '> a\nb\n'.repeat(5_000)],
  ['a code block followed by a deep quotation', `\`\`\`\na\n\`\`\`\n${'>'.repeat(5_900)}`],
  ['raw HTML that hides a deep quotation behind a fence', `<div>\n\`\`\`\n\n${'>'.repeat(5_900)}`],
  ['very long code', `\`\`\`\n${'code\n'.repeat(100_000)}`],
])('does not parse %s', (_, block) => {
  expect(isFastToParse(block)).toBe(false)
})
