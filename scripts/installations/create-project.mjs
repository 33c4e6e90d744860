import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from '../run.mjs'
import { chatInBrowser } from './chat-in-browser.mjs'
import { installNode, installTool, npmInstall, withoutOwnTools } from './npm-install.mjs'
import { newestNode } from './rows.mjs'
import { runScript, withServer } from './run-script.mjs'

/** Package managers other than npm. No installation script of theirs runs. */
const tools = {
  pnpm: { pnpm: '12.21.0' },
  yarn: { '@yarnpkg/cli-dist': '4.18.1' },
  bun: { bun: '1.4.5' },
}

/**
 * Creates a project with create-parley, runs its test, starts it, and chats.
 *
 * @param {{ template: string, packageManager: string, node?: string }} row
 * @param {object} options
 * @param {string} options.folder
 * @param {string} options.starter - The address of the tarball of create-parley.
 * @param {string} [options.packages] - The folder of the other tarballs. Default: from the registry.
 * @param {string} options.registryUrl - The registry that npm asks for the other packages.
 * @returns {Promise<string>} The folder of the project.
 */
export async function runCreatedProject({ template, packageManager, node }, options) {
  const { folder, starter, packages, registryUrl } = options
  const starterFolder = join(folder, 'starter')
  mkdirSync(starterFolder, { recursive: true })
  const dependencies = { 'create-parley': starter }
  writeFileSync(join(starterFolder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await npmInstall(starterFolder)

  const inherited = withoutOwnTools()
  const env = {
    ...inherited,
    PATH: [
      binFolder(starterFolder),
      await installNode(node ?? newestNode),
      ...(await installPackageManager(packageManager)),
      inherited.PATH,
    ].join(delimiter),
    CI: 'true',
    DO_NOT_TRACK: '1',
    npm_config_ignore_scripts: 'true',
    pnpm_config_ignore_scripts: 'true',
    YARN_ENABLE_SCRIPTS: 'false',
    PORT: '0',
  }
  const words = ['my-chat', '--template', template, '--package-manager', packageManager]
  if (packages !== undefined) words.push('--packages', packages)
  // Without a shell, because some shells drop variables with such names.
  const { code, output } = await run('create-parley', words, {
    cwd: folder,
    env: { ...env, 'npm_config_@parley:registry': registryUrl },
    timeoutMs: 300_000,
  })
  if (code !== 0) throw new Error(`create-parley exited with code ${code}.\n${output}`)

  const project = join(folder, 'my-chat')
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
  const own = { folder: project, env: { ...env, PATH: [binFolder(project), env.PATH].join(delimiter) } }
  await runScript(`${packageManager} run test`, own)
  await runScript(`${packageManager} run typecheck`, own)
  await chat[template](scripts, own)
  return project
}

/** How each template chats. */
const chat = {
  async react(scripts, own) {
    await withServer(scripts.dev, own, chatInBrowser)
    await runScript(scripts.build, own)
    await withServer(scripts.start.replace('vite build && ', ''), own, chatInBrowser)
  },
  async node(scripts, own) {
    assertAnswer(await runScript(scripts.start, own))
  },
  async server(scripts, own) {
    await withServer(`${scripts.start} --port 0`, own, async (url) => {
      assertAnswer(await runScript(`echo Hello | parley chat ${url} --wait 1`, own))
    })
  },
}

function assertAnswer(output) {
  // The answer is Markdown, which a terminal may show as text.
  if (!/You said: \**Hello/.test(output)) throw new Error(`The bot did not answer.\n${output}`)
}

async function installPackageManager(name) {
  if (name === 'npm') return []
  const modules = await installTool(tools[name])
  const arch = process.arch === 'arm64' ? 'aarch64' : process.arch
  // The package's command exists only after its installation script.
  return [
    name === 'bun' ? join(modules, '@oven', `bun-${process.platform}-${arch}`, 'bin') : join(modules, '.bin'),
  ]
}

function binFolder(folder) {
  return join(folder, 'node_modules', '.bin')
}
