import { mergeConfig } from 'vitest/config'
import { project, testFiles } from '../../vitest.shared.ts'

export default mergeConfig(project('docs'), {
  // For tests in jsdom.
  resolve: { conditions: ['parley-src', 'module', 'browser'] },
  test: {
    ...testFiles(['snippets', 'generate'], '{ts,tsx}'),
    // Vite would bundle the server for jsdom, as it is not in `node_modules`. It starts threads from its own files.
    server: { deps: { external: [/\/packages\/server\//] } },
  },
})
