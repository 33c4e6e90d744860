import { defaultExclude, defineProject, type UserWorkspaceConfig } from 'vitest/config'

/** True in `npm run test:long`, which runs only `*.long.test.*` files. All other runs exclude them. */
const isLongRun = process.env['PARLEY_LONG_TESTS'] !== undefined

/** Returns the patterns of the test files to run. */
export function testFiles(folders: readonly string[], extension: string) {
  const files = (kind: string): string[] => folders.map((folder) => `${folder}/**/*.${kind}.${extension}`)
  return isLongRun
    ? { include: files('long.test') }
    : { include: files('test'), exclude: [...defaultExclude, ...files('long.test')] }
}

/** The vitest settings of one package: runs in Node, and resolves other packages from source. */
export function project(name: string): UserWorkspaceConfig {
  return defineProject({
    ssr: {
      resolve: {
        conditions: ['parley-src', 'node', 'module'],
        externalConditions: ['parley-src'],
      },
    },
    test: {
      name,
      environment: 'node',
      // Generous, because tests wait for conditions and the machine can be busy.
      testTimeout: isLongRun ? 30 * 60_000 : 120_000,
      hookTimeout: isLongRun ? 10 * 60_000 : 120_000,
      // Shorter than the test timeout, so that the error names the condition.
      expect: { poll: { timeout: isLongRun ? 10 * 60_000 : 60_000 } },
      ...testFiles(['src', 'server', 'e2e'], '{ts,tsx}'),
    },
  })
}
