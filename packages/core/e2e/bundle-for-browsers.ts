import { fileURLToPath } from 'node:url'
import { build, type BuildResult } from 'esbuild'

export type Bundle = BuildResult<{ metafile: true; write: false }>

/** Bundles what an app in a browser would, by the bundler's defaults for browsers. */
export function bundleForBrowsers(source: string): Promise<Bundle> {
  return build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL('../src', import.meta.url)), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
}
