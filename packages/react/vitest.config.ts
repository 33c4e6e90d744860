import { defineConfig, mergeConfig, type UserWorkspaceConfig } from 'vitest/config'
import { project } from '../../vitest.shared.ts'
import { react18Folders } from './e2e/react-18-folders.ts'

/** All tests run with React 19; those in `src` also run with React 18. */
export default defineConfig({
  test: {
    name: 'react',
    projects: [createProject('19'), mergeConfig(createProject('18'), react18Config())],
  },
})

function createProject(version: string): UserWorkspaceConfig {
  return mergeConfig(project(`react-${version}`), {
    test: { env: { REACT_VERSION: version }, setupFiles: ['e2e/page-globals.ts'] },
  })
}

function react18Config(): UserWorkspaceConfig {
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
