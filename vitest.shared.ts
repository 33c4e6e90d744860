import { defaultExclude, defineProject, type UserWorkspaceConfig } from 'vitest/config'

/** True under `npm run test:long`, which runs only `*.long.test.*` files; all other runs exclude them. */
const isLongRun = process.env['PARLEY_LONG_TESTS'] !== undefined

/** Adds the test files to run to the settings of a project. */
export function testFiles(folders: readonly string[], extension: string) {
  const files = (kind: string): string[] => folders.map((folder) => `${folder}/**/*.${kind}.${extension}`)
  return isLongRun
    ? { include: files('long.test') }
    : { include: files('test'), exclude: [...defaultExclude, ...files('long.test')] }
}

/** The vitest settings of one package: Node, and siblings read from their source. */
export function project(name: string): UserWorkspaceConfig {
  return defineProject({
    ssr: {
      resolve: {
        conditions: ['parley-src', 'node', 'module', 'import', 'default'],
        externalConditions: ['parley-src'],
      },
    },
    test: {
      name,
      environment: 'node',
      // These machines are shared: what waits for what it expects may wait long.
      testTimeout: isLongRun ? 30 * 60_000 : 120_000,
      hookTimeout: isLongRun ? 10 * 60_000 : 120_000,
      // Less, so that it says what it waited for in vain.
      expect: { poll: { timeout: isLongRun ? 10 * 60_000 : 60_000 } },
      ...testFiles(['src', 'server', 'e2e'], '{ts,tsx}'),
    },
  })
}
