import { defineConfig, type OxlintOverride } from 'oxlint'

const packagesAboveCore = 'rx|react|server|cli|demo|bench'
const relativeImports = {
  regex: `\\.\\./(core|${packagesAboveCore})/(src|dist|server)`,
  message: 'Import another package by its name.',
}
const nodeImports = {
  regex: '^node:',
  message: 'This package also runs in browsers, edge workers and React Native. Only its tests may use Node.',
}

/** The folders of core, lowest first. */
const coreFolders = [
  'contract',
  'errors',
  'keys',
  'text',
  'time',
  'custom-types',
  'http',
  'client',
  'stream',
  'chat',
]
const core = {
  forbidden: `core|${packagesAboveCore}`,
  message: 'core is the lowest layer. It imports no other package, and its own files by relative paths.',
  more: [nodeImports],
}

/** The folders of rx, lowest first. */
const rxFolders = [
  'time',
  'storage',
  'timeline',
  'stream',
  'tabs',
  'source',
  'conversation',
  'inbox',
  'session',
]

const rx = { forbidden: packagesAboveCore, message: 'rx imports only @parley/core.', more: [nodeImports] }

/** The folders of the demo's page, lowest first. */
const demoFolders = [
  'wire',
  'ui',
  'payloads',
  'page',
  'people',
  'conversations',
  'thread',
  'settings',
  'inspector',
  'layers',
  'layout',
]
const demo = {
  forbidden: 'server|cli|demo|bench',
  message: 'This code runs in the browser. Code that needs the server belongs in apps/demo/server.',
  more: [{ regex: '^node:', message: 'This code runs in the browser.' }],
}

/** The folders of react, lowest first. */
const reactFolders = ['state', 'provider', 'hooks', 'suspense']

const react = {
  forbidden: 'react|server|cli|demo|bench',
  message: 'react imports only @parley/rx and @parley/core.',
  more: [nodeImports],
}

/** The folders of the server, and the folders below that each imports from. */
const serverFolders = {
  wire: [],
  domain: ['wire'],
  storage: ['domain', 'wire'],
  signals: ['domain', 'wire'],
  bots: ['signals', 'domain', 'wire'],
  http: ['bots', 'signals', 'domain', 'wire'],
}
const server = {
  forbidden: `${packagesAboveCore}|core$|core/keys`,
  message: 'server imports only @parley/core/contract.',
}

/**
 * The dependency rule: a package imports only from lower layers. The last matching entry applies to a file, so the
 * entry for tests follows the one for their package.
 */
const layers = [
  layer(['packages/core/**'], core),
  ...orderedFolders('packages/core', coreFolders, core),
  layer(testPatterns('core'), {
    forbidden: `core|${packagesAboveCore}`,
    message:
      'core is the lowest layer, and so are its tests. Tests that need the server belong in server or above.',
  }),
  layer(['packages/rx/**'], rx),
  ...orderedFolders('packages/rx', rxFolders, rx),
  layer(testPatterns('rx'), {
    forbidden: packagesAboveCore,
    message: 'rx and its tests import only @parley/core. Tests that need the server belong in server.',
  }),
  layer(['packages/react/**'], react),
  ...orderedFolders('packages/react', reactFolders, react),
  layer(testPatterns('react'), {
    forbidden: 'react|cli|demo|bench',
    message: 'react imports only @parley/rx and @parley/core. Its tests may also import @parley/server.',
  }),
  layer(['packages/react/e2e/packed-app/**'], {
    forbidden: 'server|cli|demo|bench',
    message: 'An app imports only @parley/react, @parley/rx and @parley/core.',
  }),
  layer(['packages/server/**'], server),
  ...Object.entries(serverFolders).map(([folder, below]) =>
    layer([`packages/server/src/${folder}/**`], { ...server, more: [foldersAbove(folder, below)] }),
  ),
  layer(testPatterns('server'), {
    forbidden: 'react|server|cli|demo|bench',
    message:
      'server imports only @parley/core/contract. Its tests may also import @parley/core and @parley/rx.',
  }),
  layer(['packages/cli/**'], {
    forbidden: 'react|cli|demo|bench',
    message: 'cli imports only @parley/server, @parley/rx and @parley/core.',
  }),
  layer(['packages/create-parley/{src,e2e}/**'], {
    forbidden: `core|${packagesAboveCore}`,
    message: 'create-parley imports no other package, because it starts without them. Its templates may.',
  }),
  layer(['apps/demo/src/**'], demo),
  ...orderedFolders('apps/demo', demoFolders, demo),
]

export default defineConfig({
  plugins: ['eslint', 'typescript', 'import', 'unicorn', 'oxc', 'promise', 'react', 'vitest'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  // The projects of the installations have none of their dependencies installed here.
  ignorePatterns: ['**/dist/**', 'scripts/installations/projects/**'],
  rules: {
    eqeqeq: 'error',
    'no-restricted-imports': ['error', { patterns: [relativeImports] }],
    'no-var': 'error',
    'object-shorthand': 'error',
    'prefer-const': 'error',

    'typescript/await-thenable': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    // The reason of an AbortSignal is `any`, and a caught error is `unknown`. Code may rethrow both.
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

    'vitest/expect-expect': [
      'error',
      { assertFunctionNames: ['expect', 'expectTypeOf', 'assert', 'assertType', 'runMarbles'] },
    ],
    'vitest/no-disabled-tests': 'error',
    'vitest/no-focused-tests': 'error',
  },
  overrides: [
    {
      files: ['**/*.config.{ts,mjs}', '**/*bot.ts', '.changeset/changelog.mjs'],
      rules: { 'import/no-default-export': 'off' },
    },
    {
      // JavaScript has no types, and tests may read untyped responses.
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
            message: nodeImports.message,
          })),
        ],
      },
    },
    { files: ['packages/*/src/**/*.test.{ts,tsx}'], rules: { 'no-restricted-globals': 'off' } },
    ...layers,
    // Node's test runner waits for all tests.
    {
      files: ['packages/create-parley/templates/**/*.test.ts'],
      rules: { 'typescript/no-floating-promises': 'off' },
    },
    // An app that embeds the server, as in the documentation.
    { files: ['packages/server/e2e/next-app/**'], rules: { 'no-restricted-imports': 'off' } },
  ],
})

/** The rule of a package for each of its folders, which also import only from folders below them. */
function orderedFolders(path: string, folders: string[], rule: LayerRule): OxlintOverride[] {
  return folders.slice(0, -1).map((folder, index) =>
    layer([`${path}/src/${folder}/**`], {
      ...rule,
      more: [
        ...(rule.more ?? []),
        {
          regex: `^(\\.\\./)+(${folders.slice(index + 1).join('|')})/`,
          message: `The folders of ${path} are layers: ${folders.join(' → ')}. Import only from folders to the left.`,
        },
      ],
    }),
  )
}

function testPatterns(name: string): string[] {
  return [`packages/${name}/**/*.test.{ts,tsx}`, `packages/${name}/e2e/**`]
}

function foldersAbove(folder: string, below: readonly string[]): Pattern {
  const forbidden = ['testing', ...Object.keys(serverFolders)].filter(
    (name) => name !== folder && !below.includes(name),
  )
  return {
    regex: `^(\\.\\./)+((${forbidden.join('|')})/|(create-server|register-bot|secrets)\\.ts$)`,
    message:
      below.length === 0
        ? `${folder} is the lowest folder of the server. It imports no other.`
        : `${folder} imports only the folders below it: ${below.join(', ')}.`,
  }
}

type Pattern = { regex: string; message: string }

type LayerRule = { forbidden: string; message: string; more?: Pattern[] }

function layer(files: string[], rule: LayerRule): OxlintOverride {
  const regex = `^@parley/(${rule.forbidden})(/|$)`
  const patterns = [{ regex, message: rule.message }, relativeImports, ...(rule.more ?? [])]
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } }
}
