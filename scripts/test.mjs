import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { countPlaywright, countReport, countVitest, failedTasks } from './count-tests.mjs'
import { findOrUnpackProgram } from './programs.mjs'
import { ownToolsEnvironment, root, run, tool } from './run.mjs'

const results = join(root, 'test-results')
const installations = join(root, 'scripts', 'installations', 'run.mjs')

const checks = [
  'build',
  'build:docs',
  'typecheck',
  'pack:check',
  'typecheck:root',
  'lint',
  'format:check',
  'knip',
]

/**
 * Runs all checks and tests. Prints the output of failed ones and, as the last line, `N passed, N failed`.
 *
 * @returns {Promise<boolean>} True if nothing failed.
 */
export async function testAll() {
  rmSync(results, { recursive: true, force: true })
  mkdirSync(results, { recursive: true })

  const problem = await provideChromium()
  await findOrUnpackPrograms()
  const outcomes = [
    await runChecks(),
    await runVitest(),
    await runPlaywright(problem),
    await runInstallations(),
  ]

  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0
}

/**
 * Runs the tests in `*.long.test.*`, one file at a time, because they measure memory and delays.
 *
 * @param {string[]} args - Passed to vitest: `--project server`, or part of a file name.
 * @returns {Promise<boolean>} True if nothing failed.
 */
export async function testLong(args) {
  const env = { ...ownToolsEnvironment(), PARLEY_IS_BUILT: 'yes', PARLEY_LONG_TESTS: 'yes' }
  const { code } = await run(tool('vitest'), ['run', '--no-file-parallelism', ...args], { env, show: true })
  return code === 0
}

/**
 * Installs the packed packages into projects outside of the repository, and chats.
 *
 * @param {string[]} args - Names of projects. Default: all.
 * @returns {Promise<boolean>} True if nothing failed.
 */
export async function testInstallations(args) {
  const { code } = await run(tool('node'), [installations, ...args], { show: true })
  return code === 0
}

/** Checks are not tests, so they count only if they fail. */
async function runChecks() {
  const { seconds, code, output } = await timed(tool('turbo'), [
    'run',
    ...checks,
    '--continue',
    '--output-logs=errors-only',
  ])
  const failed = code === 0 ? 0 : Math.max(1, failedTasks(output).length)
  report({ name: 'checks', seconds, failed, output })
  return { passed: 0, failed }
}

async function runVitest() {
  const file = join(results, 'vitest.json')
  const { seconds, code, output } = await timed(
    tool('vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    // The checks include the build.
    { PARLEY_IS_BUILT: 'yes' },
  )
  const counted = countReport({ file, code, count: countVitest })
  report({ name: 'vitest', seconds, ...counted, output })
  return counted
}

/** @param {string | undefined} problem - Why no browser is available. */
async function runPlaywright(problem) {
  if (problem) {
    console.log(`playwright: ${problem}`)
    return { passed: 0, failed: 1 }
  }
  const outcomes = [await runPlaywrightOf('demo'), await runPlaywrightOf('docs')]
  return {
    passed: outcomes.reduce((sum, outcome) => sum + outcome.passed, 0),
    failed: outcomes.reduce((sum, outcome) => sum + outcome.failed, 0),
  }
}

async function runPlaywrightOf(app) {
  const file = join(results, `playwright-${app}.json`)
  const { seconds, code, output } = await timed(
    tool('pnpm'),
    ['--filter', `@parley/${app}`, 'exec', 'playwright', 'test', '--reporter=list,json'],
    { PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  )
  const counted = countReport({ file, code, count: countPlaywright })
  report({ name: `playwright, ${app}`, seconds, ...counted, output })
  return counted
}

/** Runs with the caller's environment, because npm needs it. */
async function runInstallations() {
  const file = join(results, 'installations.json')
  const start = Date.now()
  const { code, output } = await run(tool('node'), [installations, '--in-test'], {
    env: { ...process.env, PARLEY_INSTALLATIONS_REPORT: file },
  })
  const seconds = ((Date.now() - start) / 1000).toFixed(1)
  const counted = countReport({ file, code, count: (report) => report })
  report({ name: 'installations', seconds, ...counted, output })
  return counted
}

/** Installs Chromium if possible. Otherwise, returns advice. */
async function provideChromium() {
  if (findChromium()) return undefined
  const advice = 'Unable to find Chromium; install Chromium or Google Chrome, or set CHROMIUM_PATH.'
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return advice

  console.log('Installing Chromium …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const packages = ['install', '-y', '--no-install-recommends', 'chromium']
  const first = await run('apt-get', packages, { env })
  if (first.code !== 0) {
    await run('apt-get', ['update'], { env })
    await run('apt-get', packages, { env })
  }
  return findChromium() ? undefined : advice
}

/** Prints an error for each missing program before the tests that need it fail. */
async function findOrUnpackPrograms() {
  for (const name of ['nginx', 'openssl', ...(process.platform === 'linux' ? ['systemd-analyze'] : [])]) {
    try {
      await findOrUnpackProgram(name)
    } catch (error) {
      console.log(error.message)
    }
  }
}

async function timed(command, args, environment = {}) {
  const start = Date.now()
  const result = await run(command, args, { env: { ...ownToolsEnvironment(), ...environment } })
  return { ...result, seconds: ((Date.now() - start) / 1000).toFixed(1) }
}

function report({ name, seconds, passed, failed, output }) {
  if (failed > 0) console.log(output.trimEnd())
  const counts = [
    passed === undefined ? undefined : `${passed} passed`,
    failed > 0 ? `${failed} failed` : undefined,
  ]
  console.log(`${name}: ${counts.filter(Boolean).join(', ') || 'ok'} (${seconds} s)`)
}
