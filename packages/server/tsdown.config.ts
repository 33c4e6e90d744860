import { defineConfig } from 'tsdown'

export default defineConfig({
  // The writer is started as a worker by its address beside the module that needs it, so dist keeps the shape of src.
  entry: ['src/index.ts', 'src/testing/index.ts', 'src/storage/sqlite/writer-worker.ts'],
  unbundle: true,
  platform: 'node',
  fixedExtension: false,
  dts: true,
  exports: { devExports: 'parley-src', exclude: ['storage/**'] },
})
