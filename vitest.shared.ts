import { defineProject, type UserWorkspaceConfig } from 'vitest/config'

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
      // These machines are shared: a test that waits for what it expects may wait long.
      testTimeout: 60_000,
      include: ['src/**/*.test.{ts,tsx}', 'server/**/*.test.ts', 'e2e/**/*.test.ts'],
    },
  })
}
