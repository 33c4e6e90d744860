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
      include: ['src/**/*.test.{ts,tsx}', 'server/**/*.test.ts', 'e2e/**/*.test.ts'],
    },
  })
}
