import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Rolldown } from 'tsdown'
import { expect, test } from 'vitest'

const lazy = /share-tabs/

/** What a browser gets of this package, as the build makes it, and minified: rxjs and core are the app's anyway. */
async function bundle(entry: string, { withTabs }: { withTabs: boolean }) {
  const input = fileURLToPath(new URL(`../src/${entry}`, import.meta.url))
  const external = [/^rxjs$/, /^@parley\/core/, ...(withTabs ? [] : [lazy])]
  const built = await Rolldown.rolldown({ input, external, platform: 'browser' })
  const { output } = await built.generate({ format: 'esm', minify: true, codeSplitting: false })
  const [{ code, imports }] = output
  return { bytes: gzipSync(code, { level: 9 }).byteLength, imports }
}

test('it needs rxjs and core, and nothing else', async () => {
  const { imports } = await bundle('index.ts', { withTabs: true })

  expect(new Set(imports)).toEqual(new Set(['rxjs', '@parley/core']))
})

test.each([
  ['a conversation', 'conversation/open-conversation.ts', false, 7_650],
  ['a conversation and the inbox', 'index.ts', false, 9_550],
  ['a session for views, with both,', 'session/index.ts', false, 13_700],
  ['what shares tabs, which pages load when they need it,', 'tabs/index.ts', true, 2_950],
  ['all of it together', 'index.ts', true, 11_850],
])('%s stays within its budget, min+gzip', async (_, entry, withTabs, maxBytes) => {
  const { bytes } = await bundle(entry, { withTabs })

  expect(bytes).toBeLessThanOrEqual(maxBytes)
})
