// Entry point of the commands that also work in a new clone. Runs on Node 20 or later, without any dependencies.
import { spawn } from 'node:child_process'
import { join, relative, resolve } from 'node:path'
import { checkAll } from './check.mjs'
import { packPackages } from './pack-packages.mjs'
import { exitOnSignals, ownToolsEnvironment, root, run, tool } from './run.mjs'
import { install } from './setup.mjs'
import { testAll, testInstallations, testLong } from './test.mjs'

const commands = {
  setup,
  start,
  docs,
  check,
  test,
  'test:long': longTests,
  'test:installations': installations,
  pack,
  release: releaseAll,
}

const command = commands[process.argv[2]]
if (!command) {
  console.error(`Usage: node scripts/boot.mjs ${Object.keys(commands).join(' | ')}`)
  process.exit(2)
}

// These two stop their server themselves.
if (command !== start && command !== docs) exitOnSignals()

try {
  await command(process.argv.slice(3))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function setup() {
  await prepare()
  // `npm run lint` needs what `sync` generates.
  await build('build', 'sync')
}

async function start(args) {
  await prepare()
  await build('build')
  await serve([join('apps', 'demo', 'server', 'start.ts'), ...args])
}

/** Serves the documentation site. `PORT` is its port. */
async function docs() {
  await prepare()
  await build('build:docs')
  await serve([join('apps', 'docs', 'serve.ts')])
}

/** Runs a program of this repository until a signal stops it. */
async function serve(args) {
  // In a separate process group, so that Ctrl-C reaches the server only once, through this process.
  const child = spawn(tool('node'), args, {
    cwd: root,
    env: ownToolsEnvironment(),
    stdio: 'inherit',
    detached: true,
  })
  let stoppedAt = -Infinity
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // npm forwards a signal that the terminal has also sent, so ignore a second one within 500 ms.
      if (Date.now() - stoppedAt < 500) return
      stoppedAt = Date.now()
      child.kill(signal)
    })
  }
  process.exitCode = await new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`Unable to start ${args[0]}; ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code) => resolve(code ?? (stoppedAt > 0 ? 0 : 1)))
  })
}

/** Checks everything without running the packages. */
async function check() {
  await prepare()
  if (!(await checkAll())) process.exitCode = 1
}

async function test() {
  try {
    await prepare()
  } catch (error) {
    // The last line must be a count, even if nothing could run.
    console.error(error.message)
    console.log('0 passed, 1 failed')
    process.exitCode = 1
    return
  }
  if (!(await testAll())) process.exitCode = 1
}

/** Runs the long tests. `args` are passed to vitest, such as part of a file name. */
async function longTests(args) {
  await setup()
  if (!(await testLong(args))) process.exitCode = 1
}

/** Installs the packages with other toolchains, and prints a table. `args` are names of projects. */
async function installations(args) {
  await setup()
  if (!(await testInstallations(args))) process.exitCode = 1
}

/** Packs the packages into a folder, by default `tarballs`. */
async function pack([folder = 'tarballs']) {
  await prepare()
  await build('build')
  const tarballs = await packPackages(resolve(folder))
  for (const path of Object.values(tarballs)) console.log(relative(process.cwd(), path))
}

/** Publishes the packages, or rehearses it with `--dry-run`. */
async function releaseAll(args) {
  await setup()
  // It imports dependencies, which a new clone does not have yet.
  const { release } = await import('./release.mjs')
  await release(args)
}

async function prepare() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 20)
    throw new Error(`Unable to start with Node ${process.versions.node}; install Node 20 or later.`)
  await install()
}

async function build(...tasks) {
  const { code, output } = await run(tool('turbo'), ['run', ...tasks, '--output-logs=errors-only'], {
    env: ownToolsEnvironment(),
  })
  if (code === 0) return
  console.error(output.trimEnd())
  throw new Error('Unable to build; see the output above.')
}
