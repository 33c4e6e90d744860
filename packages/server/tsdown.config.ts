import { defineConfig } from 'tsdown'

export default defineConfig({
  // Workers are started by their address beside the module that needs them, so dist keeps the shape of src.
  entry: ['src/index.ts', 'src/testing/index.ts', 'src/storage/sqlite/*-worker.ts'],
  unbundle: true,
  platform: 'node',
  fixedExtension: false,
  dts: true,
  exports: { devExports: 'parley-src', exclude: ['storage/**'] },
})
