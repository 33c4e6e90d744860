import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Benchmark } from '../harness/benchmark.ts'

/** The size of the browser bundles. */
export const bundle: Benchmark = {
  name: 'bundle',
  description: 'all exports of a package, bundled for browsers by esbuild, minified, gzip -9',
  rounds: 1,
  targets: [
    {
      description: '@parley/core, including ky',
      metric: 'kB',
      subject: '@parley/core',
      unit: 'kB',
      max: 17.5,
    },
    {
      description: '@botpress/chat, × @parley/core',
      metric: 'kB',
      subject: '@botpress/chat',
      baseline: '@parley/core',
      min: 44,
    },
  ],
  open: async () =>
    ['@parley/core', '@botpress/chat'].map((name) => ({
      name,
      run: async () => ({ kB: await measureKilobytes(name) }),
    })),
}

async function measureKilobytes(name: string): Promise<number> {
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
