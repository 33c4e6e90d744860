import { expect, test } from 'vitest'
import { completeMarkdown } from './complete-markdown.ts'

test.each([
  ['some **bold', 'some **bold**'],
  ['some **bold**', 'some **bold**'],
  ['some **', 'some '],
  ['some *slanted', 'some *slanted*'],
  ['2 * 3 is', '2 * 3 is'],
  ['a `code **not bold', 'a `code **not bold`'],
  ['~~gone', '~~gone~~'],
  ['**bold and *slanted', '**bold and *slanted***'],
  ['a [half](https://parl', 'a half'],
  ['a [half link', 'a half link'],
  ['a [link](https://a.b) and', 'a [link](https://a.b) and'],
  ['an ![image](https://parl', 'an '],
  ['Words\n-', 'Words\n'],
  ['Words\n==', 'Words\n'],
  ['Words\n\n``', 'Words\n\n'],
  ['- [ ] task', '- [ ] task'],
  ['* item\n* other', '* item\n* other'],
  ['**whole**\n\nand **half', '**whole**\n\nand **half**'],
  ['an earlier ** paragraph\n\nand more', 'an earlier ** paragraph\n\nand more'],
  ['```ts\nconst a = **b', '```ts\nconst a = **b'],
  ['\\*not slanted', '\\*not slanted'],
])('completes %j as %j', (markdown, completed) => {
  expect(completeMarkdown(markdown)).toBe(completed)
})
