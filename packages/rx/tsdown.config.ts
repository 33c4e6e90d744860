import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/session/index.ts', 'src/tabs/index.ts'],
  platform: 'neutral',
  target: 'es2022',
  dts: { sourcemap: true },
  sourcemap: true,
  exports: { devExports: 'parley-src' },
})
