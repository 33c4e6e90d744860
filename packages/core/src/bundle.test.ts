import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import budgets from '../../../scripts/bundle-budgets.json' with { type: 'json' }
import { bundleForBrowsers } from '../e2e/bundle-for-browsers.ts'

const everything = await bundleForBrowsers("export * from './index.ts'")

/** The paths of all modules in the bundle: files of this package and of dependencies. */
const inputs = Object.keys(everything.metafile.inputs).filter((path) => path !== '<stdin>')
const packages = new Set(
  inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1]),
)

test('the bundle contains ky and eventsource-parser, and no other package, polyfill or Node module', () => {
  expect(packages).toEqual(new Set(['eventsource-parser', 'ky', undefined]))
  expect(
    Object.values(everything.metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external),
    ),
  ).toEqual([])
  expect(everything.warnings).toEqual([])
})

test('the bundle contains no schemas and no code for signing keys', () => {
  expect(inputs.filter((path) => /contract\/(.*schemas|open-api|index)|keys\//.test(path))).toEqual([])
})

test('the bundle stays within its budget, min+gzip, including the stream client and ky', () => {
  const [file] = everything.outputFiles

  expect(gzipSync(file?.contents ?? '', { level: 9 }).byteLength).toBeLessThanOrEqual(budgets.core)
})
