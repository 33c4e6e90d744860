import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './run.mjs'
import { listFiles, updateAllPages, updateSnippets } from './snippets.mjs'

const read = (file) => readFileSync(join(root, file), 'utf8')
const pages = listFiles('*.md')

test('the code of every page is the code of its source', () => {
  // `npm run docs:snippets` updates these pages.
  expect(updateAllPages({ write: false })).toEqual([])
})

test.each(pages)('every code block of %s names its source', (page) => {
  expect(updateSnippets(read(page), read).problems).toEqual([])
})

test('copies a region without its marks and its indentation', () => {
  const code = 'before\n  // #region send\n  send({\n    text,\n  })\n  // #endregion\nafter\n'

  const { text, sources } = updateSnippets('```ts file="a.ts#send"\nold\n```\n', () => code)

  expect(text).toBe('```ts file="a.ts#send"\nsend({\n  text,\n})\n```\n')
  expect(sources).toEqual(['a.ts'])
})

test('copies a whole file without marks', () => {
  const { text } = updateSnippets(
    '```ts title="a.ts" file="a.ts"\n```\n',
    () => '// #region a\na()\n// #endregion\n',
  )

  expect(text).toBe('```ts title="a.ts" file="a.ts"\na()\n```\n')
})

test('rejects a region that does not exist', () => {
  expect(() => updateSnippets('```ts file="a.ts#b"\n```\n', () => 'a()\n')).toThrow(
    'Unable to find the region a.ts#b',
  )
})
