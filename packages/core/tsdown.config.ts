import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/contract/index.ts', 'src/keys/index.ts', 'src/text/index.ts'],
  platform: 'neutral',
  target: 'es2022',
  dts: { sourcemap: true },
  sourcemap: true,
  exports: { devExports: 'parley-src' },
})
