import { fileURLToPath } from 'node:url'
import { build, type BuildResult } from 'esbuild'

export type Bundle = BuildResult<{ metafile: true; write: false }>

/** Bundles source code like an app for browsers, with the bundler's default settings. */
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
