import { expect, test } from 'vitest'
import { stripMarkdown } from './strip-markdown.ts'

test.for<[string, string]>([
  ['# One\n\nTwo\n===\n\n## Three\n#hashtag', 'One\n\nTwo\n\nThree\n#hashtag'],
  ['**bold**, *italic*, ***both***, __bold__, _italic_, ~~gone~~', 'bold, italic, both, bold, italic, gone'],
  ['**bold *inside* it** and **two\nlines**', 'bold inside it and two\nlines'],
  ['2 * 3 * 4, 5*3, snake_case_name, a _b, *required', '2 * 3 * 4, 5*3, snake_case_name, a _b, *required'],
  ['~5 to ~6, a ~ b', '~5 to ~6, a ~ b'],
  ['- one\n* two\n  + three\n1. four\n- [ ] five\n- [x] six', 'one\ntwo\nthree\n1. four\nfive\nsix'],
  ['> one\n> > two\n> - three\n> # four', 'one\ntwo\nthree\nfour'],
  ['one\n\n---\n\n***\n\n- - -\n\ntwo', 'one\n\ntwo'],
  ['a `b*c*` d, ``x ` y``, `open', 'a b*c* d, ``x ` y``, `open'],
  [
    'See:\n```ts\nif a:\n  b = `*c*`\n# no heading\n```\n*End*',
    'See:\nif a:\n  b = `*c*`\n# no heading\nEnd',
  ],
  ['~~~\n```\n*a*\n~~~', '```\n*a*'],
  ['```\n*still written', '*still written'],
  ['[text](https://a "title"), ![alt](b.png), [![alt](b.png)](https://a)', 'text, alt, alt'],
  ['[wiki](https://a/b_(c)), [1], [], a](b)', 'wiki, [1], [], a](b)'],
  ['<https://a/b_c_>, <b>bold</b> x <!-- no -->y, 1 < 2 > 0', 'https://a/b_c_, bold x y, 1 < 2 > 0'],
  ['\\*a\\* \\# \\[b\\] &amp;', '*a* # [b] &amp;'],
  ['| a | *b* |\n|---|:-:|\n| 1 | 2 |', 'a, b\n1, 2'],
  ['one  \r\ntwo\rthree\n\n\n\n\nfour\n', 'one\ntwo\nthree\n\nfour'],
  ['', ''],
])('%j becomes %j', ([markdown, expected]) => {
  expect(stripMarkdown(markdown)).toBe(expected)
})

const hostile = [
  '>',
  '*',
  '_',
  '~',
  '`',
  '[',
  '![',
  '](',
  '](x',
  '[a](',
  '\\',
  '<',
  '<a',
  '&',
  '|',
  '-',
  '- ',
  '#',
  ' #',
  '= ',
  '\n',
]
  .flatMap((mark) => [mark, `${mark} `, `a${mark}`, `${mark}a`, `${mark}\n`])
  .concat(['*a_', '**a*', '`` ', '(b)](', '<a:', '|-', '> - # ', '```\n', '`a``b', '[a](b(c)'])

test.for(hostile)('repetitions of %j take linear time', (mark) => {
  const markdown = mark.repeat(200_000 / mark.length)

  // With quadratic work, this would exceed the test's time limit.
  expect(stripMarkdown(`${markdown}x`).length).toBeLessThanOrEqual(2 * markdown.length)
  expect(stripMarkdown(`a${mark}a${' '.repeat(200_000)}${mark}x`)).toMatch(/^a/)
})
