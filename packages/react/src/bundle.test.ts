import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { Rolldown } from 'tsdown'
import { expect, test } from 'vitest'
import budgets from '../../../scripts/bundle-budgets.json' with { type: 'json' }

const externalPackages = [/^react($|\/)/, /^rxjs$/, /^@parley\//]
/** Bundles and minifies this package like the build does, without the packages that the app shares with it. */
async function bundle(entry: string) {
  const built = await Rolldown.rolldown({
    input: fileURLToPath(new URL(`./${entry}`, import.meta.url)),
    external: externalPackages,
    platform: 'browser',
    // Rolldown warns about each 'use client' directive.
    onLog() {},
  })
  const { output } = await built.generate({ format: 'esm', minify: true, codeSplitting: false })
  const [{ code, imports }] = output
  return { bytes: gzipSync(code, { level: 9 }).byteLength, imports, code }
}

test('the bundle imports only React, rxjs, rx and core', async () => {
  const { imports } = await bundle('index.ts')

  expect(new Set(imports)).toEqual(
    new Set(['@parley/core', '@parley/rx/session', 'react', 'react/jsx-runtime', 'rxjs']),
  )
})

test.each([
  ['all hooks', 'index.ts', budgets.react],
  ['the entry for Suspense', 'suspense/index.ts', budgets.suspense],
])('%s stays within its budget, min+gzip', async (_, entry, maxBytes) => {
  const { bytes } = await bundle(entry)

  expect(bytes).toBeLessThanOrEqual(maxBytes)
})

test.each(['index.ts', 'suspense/index.ts'])(
  '%s starts with the directive for server component bundlers',
  (entry) => {
    const source = readFileSync(new URL(`./${entry}`, import.meta.url), 'utf8')

    expect(source.startsWith("'use client'\n")).toBe(true)
  },
)
