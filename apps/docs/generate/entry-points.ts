/** The entry points of the packages, in the order of the sidebar. */
export const entryPoints = [
  { name: '@parley/core', file: 'core/src/index.ts' },
  { name: '@parley/core/text', file: 'core/src/text/index.ts' },
  { name: '@parley/core/keys', file: 'core/src/keys/index.ts' },
  { name: '@parley/core/contract', file: 'core/src/contract/index.ts' },
  { name: '@parley/rx', file: 'rx/src/index.ts' },
  { name: '@parley/rx/session', file: 'rx/src/session/index.ts' },
  { name: '@parley/rx/tabs', file: 'rx/src/tabs/index.ts' },
  { name: '@parley/react', file: 'react/src/index.ts' },
  { name: '@parley/react/suspense', file: 'react/src/suspense/index.ts' },
  { name: '@parley/server', file: 'server/src/index.ts' },
  { name: '@parley/server/testing', file: 'server/src/testing/index.ts' },
] as const
