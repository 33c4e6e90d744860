import { ownToolsEnvironment, run, tool } from './run.mjs'

/** Everything that `npm test` checks without running the packages, by what it finds. */
const steps = [
  { name: 'build', command: ['turbo', 'run', 'build'] },
  { name: 'types', command: ['turbo', 'run', 'typecheck', 'typecheck:root'] },
  { name: 'style, layers and import cycles', command: ['oxlint', '--deny-warnings'] },
  { name: 'spelling, phrases and line lengths', command: ['node', 'scripts/spelling.mjs'] },
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'unused code and dependencies', command: ['knip'] },
  { name: 'contents and types of the packages', command: ['turbo', 'run', 'pack:check'] },
  { name: 'sizes of the bundles', command: ['vitest', 'run', 'bundle', 'sizes'] },
  {
    name: 'links and code in Markdown files',
    command: ['vitest', 'run', '--project', 'scripts', 'docs', 'snippets'],
  },
  { name: 'pages and links of the documentation', command: ['turbo', 'run', 'build:docs'] },
]

/**
 * Runs all checks, prints the output of failed ones, and then a table.
 *
 * @returns {Promise<boolean>} True if nothing failed.
 */
export async function checkAll() {
  const rows = []
  for (const { name, command } of steps) {
    const start = Date.now()
    const [program, ...args] = command
    const options = program === 'turbo' ? ['--continue', '--output-logs=errors-only'] : []
    const { code, output } = await run(tool(program), [...args, ...options], {
      // The first step builds.
      env: { ...ownToolsEnvironment(), PARLEY_IS_BUILT: 'yes' },
    })
    if (code !== 0) console.error(`${command.join(' ')}\n${output.trimEnd()}\n`)
    rows.push([name, code === 0 ? 'ok' : 'FAILED', `${((Date.now() - start) / 1000).toFixed(1)} s`])
  }
  const width = Math.max(...rows.map(([name]) => name.length))
  for (const [name, result, time] of rows)
    console.log(`${name.padEnd(width)}  ${result.padEnd(6)}  ${time.padStart(7)}`)
  return rows.every(([, result]) => result === 'ok')
}
