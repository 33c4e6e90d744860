import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Benchmark } from '../harness/benchmark.ts'

/** What a browser downloads. */
export const bundle: Benchmark = {
  name: 'bundle',
  what: 'all that a package exports, bundled for the browser by esbuild, minified, gzip -9',
  rounds: 1,
  targets: [
    { what: '@parley/core, ky included', measure: 'kB', of: '@parley/core', unit: 'kB', atMost: 15 },
    {
      what: '@botpress/chat, × @parley/core',
      measure: 'kB',
      of: '@botpress/chat',
      over: '@parley/core',
      atLeast: 50,
    },
  ],
  open: async () =>
    ['@parley/core', '@botpress/chat'].map((name) => ({
      name,
      run: async () => ({ kB: await kilobytes(name) }),
    })),
}

async function kilobytes(name: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}'`, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    conditions: process.execArgv.includes('--conditions=parley-src') ? ['parley-src'] : [],
    write: false,
    logLevel: 'error',
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength / 1000
}
