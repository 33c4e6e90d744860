/** The lowest version in `engines` of all packages, and the newest one. */
const lowestNode = '22.20.0'
export const newestNode = '26.12.1'

const typescripts = ['5.4.5', '5.5.4', '5.6.3', '5.7.3', '5.8.3', '5.9.3', '6.0.3', '7.0.2']
/** Templates of create-parley, and the package managers that install the created projects. */
const created = [
  { template: 'node', packageManager: 'npm', node: lowestNode, isInTest: true },
  { template: 'react', packageManager: 'npm' },
  { template: 'server', packageManager: 'npm' },
  { template: 'react', packageManager: 'pnpm' },
  { template: 'node', packageManager: 'yarn' },
  { template: 'react', packageManager: 'bun' },
]
const commonJsTypescripts = ['5.9.3', '6.0.3', '7.0.2']

/**
 * The rows of the table. A row installs the packages into a copy of the folder `projects/<project>` and runs the
 * script `test` of that project, or `build` and `start`, after which a browser chats on the page of the printed
 * address. The rows of the project `create` run create-parley instead, and the project that it has created.
 *
 * `add` are more dependencies, `node` is the version that runs the scripts (default: the newest), `result` is what it
 * shows (default: "chats"), and `npm test` runs the rows that are `isInTest`.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} project
 * @property {string} [node]
 * @property {Record<string, string>} [add]
 * @property {boolean} [isInTest]
 * @property {string} [template] Of create-parley.
 * @property {string} [packageManager] That installs the created project.
 * @property {string} [result]
 *
 * @type {Row[]}
 */
export const rows = [
  { name: `Node ${lowestNode}, ES modules`, project: 'node-esm', node: lowestNode, isInTest: true },
  { name: `Node ${newestNode}, ES modules`, project: 'node-esm', isInTest: true },
  { name: `Node ${lowestNode}, \`require\``, project: 'node-require', node: lowestNode, isInTest: true },
  { name: `Node ${newestNode}, \`require\``, project: 'node-require' },
  { name: 'Vite 8', project: 'vite', isInTest: true },
  { name: 'Vitest 5, jsdom, Testing Library', project: 'vitest-jsdom', isInTest: true },
  { name: 'Next.js 16, app router', project: 'next' },
  { name: 'webpack 5', project: 'webpack' },
  { name: 'esbuild, web worker', project: 'esbuild-worker' },
  { name: 'workerd (edge worker)', project: 'workerd' },
  { name: 'Deno 2', project: 'deno' },
  { name: 'Bun 1', project: 'bun' },
  { name: 'Metro (React Native)', project: 'metro' },
  { name: 'Jest 30', project: 'jest', isInTest: true },
  ...created.map((row) => ({
    name: `\`npm create parley\`: ${row.template}, ${row.packageManager}`,
    project: 'create',
    ...row,
  })),
  ...typescripts.map((typescript) => ({
    name: `TypeScript ${typescript}: bundler, node16, nodenext`,
    project: 'typescript',
    result: 'compiles',
    add: { typescript },
  })),
  ...commonJsTypescripts.map((typescript) => ({
    name: `TypeScript ${typescript}: CommonJS, nodenext`,
    project: 'typescript-commonjs',
    add: { typescript },
  })),
]
