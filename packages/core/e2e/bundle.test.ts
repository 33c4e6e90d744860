import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { bundleForBrowsers } from './bundle-for-browsers.ts'

const everything = await bundleForBrowsers("export * from './index.ts'")

/** The packages in the bundle, and our own files by their folder and name. */
const inputs = Object.keys(everything.metafile.inputs).filter((path) => path !== '<stdin>')
const packages = new Set(
  inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1]),
)

test('a browser gets ky and eventsource-parser with it, and no other package: no schema library, no polyfill, no Node module', () => {
  expect(packages).toEqual(new Set(['eventsource-parser', 'ky', undefined]))
  expect(
    Object.values(everything.metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external),
    ),
  ).toEqual([])
  expect(everything.warnings).toEqual([])
})

test('a browser gets none of the schemas, nor what signs keys', () => {
  expect(inputs.filter((path) => /contract\/(schemas|open-api|index)|keys\//.test(path))).toEqual([])
})

test('it is at most 15 kB, min+gzip, the resilient stream and ky included', () => {
  const [file] = everything.outputFiles

  expect(gzipSync(file?.contents ?? '', { level: 9 }).byteLength).toBeLessThanOrEqual(15_000)
})
