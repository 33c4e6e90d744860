import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Rolldown } from 'tsdown'
import { expect, test } from 'vitest'
import budgets from '../../../scripts/bundle-budgets.json' with { type: 'json' }

const lazy = /create-tab-coordinator/

/** The minified size of this package as built for browsers, without rxjs and core, which the app includes anyway. */
async function bundle(entry: string, { withTabs }: { withTabs: boolean }) {
  const input = fileURLToPath(new URL(`./${entry}`, import.meta.url))
  const external = [/^rxjs$/, /^@parley\/core/, ...(withTabs ? [] : [lazy])]
  const built = await Rolldown.rolldown({ input, external, platform: 'browser' })
  const { output } = await built.generate({ format: 'esm', minify: true, codeSplitting: false })
  const [{ code, imports }] = output
  return { bytes: gzipSync(code, { level: 9 }).byteLength, imports }
}

test('the package imports only rxjs and core', async () => {
  const { imports } = await bundle('index.ts', { withTabs: true })

  expect(new Set(imports)).toEqual(new Set(['rxjs', '@parley/core']))
})

test.each([
  ['a conversation', 'conversation/open-conversation.ts', false, budgets.conversation],
  ['a conversation and the inbox', 'index.ts', false, budgets.conversationAndInbox],
  ['a session, with both', 'session/index.ts', false, budgets.session],
  ['the lazy module that shares tabs', 'tabs/index.ts', true, budgets.tabs],
  ['everything together', 'index.ts', true, budgets.allOfRx],
])('%s stays within its budget, min+gzip', async (_, entry, withTabs, maxBytes) => {
  const { bytes } = await bundle(entry, { withTabs })

  expect(bytes).toBeLessThanOrEqual(maxBytes)
})
