import { defineConfig, type OxlintOverride } from 'oxlint'

const others = 'rx|react|server|cli|demo|bench'
const across = {
  regex: `\\.\\./(core|${others})/(src|dist|server)`,
  message: 'Import another package by its name.',
}
const neutral = {
  regex: '^node:',
  message: 'This package also runs in browsers, edge workers and React Native; only its tests may use Node.',
}

/**
 * The dependency rule: a package imports only from the floors below it. The last entry that matches a file holds, so
 * the tests of a package stand after it.
 */
const floors = [
  floor(['packages/core/**'], {
    forbidden: `core|${others}`,
    message: 'core is the ground floor: it imports no package of ours, and its own files by relative paths.',
    more: [neutral],
  }),
  floor(testsOf('core'), {
    forbidden: `core|${others}`,
    message:
      'core is the ground floor, also in its tests: what needs the real server is tested in server or above.',
  }),
  floor(['packages/rx/**'], {
    forbidden: others,
    message: 'rx stands on @parley/core alone.',
    more: [neutral],
  }),
  floor(testsOf('rx'), {
    forbidden: others,
    message:
      'rx stands on @parley/core alone, also in its tests: with the real server it is tested in server.',
  }),
  floor(['packages/react/**'], {
    forbidden: 'react|server|cli|demo|bench',
    message: 'react stands on @parley/rx and @parley/core alone.',
    more: [neutral],
  }),
  floor(testsOf('react'), {
    forbidden: 'react|cli|demo|bench',
    message: 'react stands on @parley/rx and @parley/core; its tests may start @parley/server as well.',
  }),
  floor(['packages/server/**'], {
    forbidden: `${others}|core$|core/keys`,
    message: 'server knows @parley/core/contract and nothing else of the client side.',
  }),
  floor(testsOf('server'), {
    forbidden: 'react|server|cli|demo|bench',
    message:
      'server knows @parley/core/contract; its tests may use the clients, @parley/core and @parley/rx, as well.',
  }),
  floor(['packages/cli/**'], {
    forbidden: 'react|cli|demo|bench',
    message: 'cli stands on @parley/server, @parley/rx and @parley/core alone.',
  }),
  floor(['apps/demo/src/**'], {
    forbidden: 'server|cli|demo|bench',
    message: 'This runs in the browser: what needs the server belongs in apps/demo/server.',
    more: [{ regex: '^node:', message: 'This runs in the browser.' }],
  }),
]

export default defineConfig({
  plugins: ['eslint', 'typescript', 'import', 'unicorn', 'oxc', 'promise', 'react', 'vitest'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['**/dist/**'],
  rules: {
    eqeqeq: 'error',
    'no-restricted-imports': ['error', { patterns: [across] }],
    'no-var': 'error',
    'object-shorthand': 'error',
    'prefer-const': 'error',

    'typescript/await-thenable': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    // The reason of an AbortSignal is `any`, and what was caught is `unknown`: both may be passed on.
    'typescript/only-throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
    'typescript/prefer-promise-reject-errors': [
      'error',
      { allowThrowingAny: true, allowThrowingUnknown: true },
    ],
    'typescript/return-await': ['error', 'in-try-catch'],

    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],

    'import/no-cycle': 'error',
    'import/no-default-export': 'error',

    'react/exhaustive-deps': 'error',
    'react/rules-of-hooks': 'error',

    'vitest/no-disabled-tests': 'error',
    'vitest/no-focused-tests': 'error',
  },
  overrides: [
    { files: ['**/*.config.ts', '**/*bot.ts'], rules: { 'import/no-default-export': 'off' } },
    {
      // Plain JavaScript has no types to be unsafe with, and a test may look at any answer as it came.
      files: ['**/*.{js,mjs}', '**/*.test.{ts,tsx}', '**/*.spec.ts', '**/e2e/**'],
      rules: {
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-return': 'off',
      },
    },
    {
      files: ['packages/{core,rx,react}/src/**'],
      rules: {
        'no-restricted-globals': [
          'error',
          ...['Buffer', 'global', 'process', 'setImmediate'].map((name) => ({
            name,
            message: neutral.message,
          })),
        ],
      },
    },
    { files: ['packages/*/src/**/*.test.{ts,tsx}'], rules: { 'no-restricted-globals': 'off' } },
    ...floors,
  ],
})

function testsOf(name: string): string[] {
  return [`packages/${name}/**/*.test.{ts,tsx}`, `packages/${name}/e2e/**`]
}

type Pattern = { regex: string; message: string }

function floor(
  files: string[],
  rule: { forbidden: string; message: string; more?: Pattern[] },
): OxlintOverride {
  const regex = `^@parley/(${rule.forbidden})(/|$)`
  const patterns = [{ regex, message: rule.message }, across, ...(rule.more ?? [])]
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } }
}
