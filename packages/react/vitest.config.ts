import { defineConfig, mergeConfig, type UserWorkspaceConfig } from 'vitest/config'
import { project } from '../../vitest.shared.ts'
import { react18Folders } from './e2e/react-18-folders.ts'

/** The tests stand on one React; those of the hooks are run once more with the other. */
export default defineConfig({
  test: {
    name: 'react',
    projects: [inPage('19'), mergeConfig(inPage('18'), withReact18())],
  },
})

function inPage(version: string): UserWorkspaceConfig {
  return mergeConfig(project(`react-${version}`), {
    test: { env: { REACT_VERSION: version }, setupFiles: ['e2e/page-globals.ts'] },
  })
}

function withReact18(): UserWorkspaceConfig {
  return {
    resolve: {
      alias: [
        { find: /^react(?=$|\/)/, replacement: react18Folders.react },
        { find: /^react-dom(?=$|\/)/, replacement: react18Folders.reactDom },
      ],
    },
    test: { setupFiles: ['e2e/react-18.ts'], exclude: ['e2e/**'] },
  }
}
