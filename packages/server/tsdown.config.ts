import { defineConfig } from 'tsdown'

export default defineConfig({
  // A module resolves the URL of its worker relative to itself, so dist keeps the folder structure of src.
  entry: ['src/index.ts', 'src/testing/index.ts', 'src/storage/sqlite/*-worker.ts'],
  unbundle: true,
  platform: 'node',
  fixedExtension: false,
  dts: { sourcemap: true },
  sourcemap: true,
  exports: { devExports: 'parley-src', exclude: ['storage/**'] },
})
