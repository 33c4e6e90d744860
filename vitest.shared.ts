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
      // These machines are shared: what waits for what it expects may wait long.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      // Less, so that it says what it waited for in vain.
      expect: { poll: { timeout: 60_000 } },
      include: ['src/**/*.test.{ts,tsx}', 'server/**/*.test.ts', 'e2e/**/*.test.ts'],
    },
  })
}
