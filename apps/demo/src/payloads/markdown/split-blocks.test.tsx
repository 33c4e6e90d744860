import { renderToStaticMarkup } from 'react-dom/server'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { expect, test } from 'vitest'
import { isFastToParse, splitBlocks, toMarkdownParts } from './split-blocks.ts'

const documents: readonly string[] = [
  'One.\n\nTwo.\n\n\n\nThree.',
  '# Title\n\nWords\nand more\n\n## Next\n\n---\n\nEnd',
  '- a\n\n- b\n\n  more of b\n\nNot of the list',
  '1. a\n\n2. b\n\n   ```ts\n   code\n\n   more\n   ```\n\nAfter',
  '```ts\nconst a = 1\n\nconst b = 2\n```\n\nAfter',
  '````md\n```\n\ninner\n```\n\nouter\n````\n\nAfter',
  '~~~\n```\n\nstill code\n~~~\n\nAfter',
  '> said\n\n> said again\n\nAnswered',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter\n\n| c |\n|---|\n| 3 |',
  'A [link][1] far away.\n\nWords\n\n[1]: https://parley.example',
  'A note[^1].\n\nWords\n\n[^1]: The note.',
  'Before <!-- a comment\n\nthat goes on --> after\n\nEnd',
  '    indented code\n\n    goes on\n\nAfter',
  'Words\n\n    indented\n\nAfter',
  '```\nnever closed\n\nand on',
  '* a\n  * b\n\n    c\n\nd\n\n+ e',
]

test.each(documents)('renders %j the same in blocks as in one piece', (markdown) => {
  const blocks = splitBlocks(markdown)

  expect(blocks.join('\n')).toBe(markdown)
  expect(normalize(blocks.map(render).join('\n'))).toBe(normalize(render(markdown)))
})

test('splits a message into paragraphs, so that only its end is parsed again', () => {
  expect(splitBlocks('One.\n\n## Two\n\n```ts\nthree\n\n```\n\nFour')).toEqual([
    'One.\n',
    '## Two\n',
    '```ts\nthree\n\n```\n',
    'Four',
  ])
})

function render(markdown: string): string {
  return renderToStaticMarkup(<Markdown remarkPlugins={[remarkGfm]}>{markdown}</Markdown>)
}

function normalize(html: string): string {
  return html.replaceAll(/>\s+</g, '><').trim()
}

test('parses a message up to a limit, and keeps the rest as text', () => {
  const paragraphs = Array.from({ length: 5_000 }, (_, index) => `Paragraph **${index}**`)
  const markdown = paragraphs.join('\n\n')

  const parts = toMarkdownParts(markdown)

  expect(parts.map(({ text }) => text).join('\n')).toBe(markdown)
  expect(parts.length).toBeLessThan(500)
  expect(parts.map(({ isParsed }) => isParsed)).toEqual(parts.map((_, index) => index < parts.length - 1))
})

test('parses all blocks except one that is too expensive', () => {
  const parts = toMarkdownParts(`One.\n\na${'*a_'.repeat(10_000)}\n\nThree.`)

  expect(parts.map(({ isParsed }) => isParsed)).toEqual([true, false, true])
})

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
