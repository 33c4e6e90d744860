import { defineConfig } from 'vitest/config'
import { testFiles } from './vitest.shared.ts'

export default defineConfig({
  test: {
    projects: [
      'packages/*',
      'apps/*',
      { test: { name: 'scripts', environment: 'node', ...testFiles(['scripts'], 'mjs') } },
    ],
  },
})
