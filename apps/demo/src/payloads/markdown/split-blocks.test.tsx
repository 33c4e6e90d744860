import { renderToStaticMarkup } from 'react-dom/server'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { expect, test } from 'vitest'
import { planMarkdown, splitBlocks } from './split-blocks.ts'

const whole: readonly string[] = [
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

test.each(whole)('%j means the same in pieces', (markdown) => {
  const pieces = splitBlocks(markdown)

  expect(pieces.join('\n')).toBe(markdown)
  expect(words(pieces.map(render).join('\n'))).toBe(words(render(markdown)))
})

test('an answer of many paragraphs is taken apart, so that only its end is read again', () => {
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

function words(html: string): string {
  return html.replaceAll(/>\s+</g, '><').trim()
}

test('a message is parsed up to a limit, and nothing of the rest is lost', () => {
  const paragraphs = Array.from({ length: 5_000 }, (_, index) => `Paragraph **${index}**`)
  const markdown = paragraphs.join('\n\n')

  const parts = planMarkdown(markdown)

  expect(parts.map(({ text }) => text).join('\n')).toBe(markdown)
  expect(parts.length).toBeLessThan(500)
  expect(parts.map(({ isParsed }) => isParsed)).toEqual(parts.map((_, index) => index < parts.length - 1))
})

test('a block that is too expensive stays plain text, and the others are parsed', () => {
  const parts = planMarkdown(`One.\n\na${'*a_'.repeat(10_000)}\n\nThree.`)

  expect(parts.map(({ isParsed }) => isParsed)).toEqual([true, false, true])
})
