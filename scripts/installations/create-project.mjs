import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
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
 * Creates a project with the packed create-parley, runs its test, starts it, and chats.
 *
 * @param {import('./rows.mjs').Row} row
 * @returns {Promise<string>} The folder of the project.
 */
export async function runCreatedProject(
  { template, packageManager, node },
  { folder, tarballs, registryUrl },
) {
  const starter = join(folder, 'starter')
  mkdirSync(starter)
  const dependencies = { 'create-parley': `file:${tarballs['create-parley']}` }
  writeFileSync(join(starter, 'package.json'), JSON.stringify({ private: true, dependencies }))
  await npmInstall(starter)

  const inherited = withoutOwnTools()
  const env = {
    ...inherited,
    PATH: [
      join(starter, 'node_modules', '.bin'),
      await installNode(node ?? newestNode),
      ...(await installPackageManager(packageManager)),
      inherited.PATH,
    ].join(delimiter),
    CI: 'true',
    DO_NOT_TRACK: '1',
    npm_config_ignore_scripts: 'true',
    pnpm_config_ignore_scripts: 'true',
    YARN_ENABLE_SCRIPTS: 'false',
    // Fails if a package manager asks for a package that it has as a tarball.
    'npm_config_@parley:registry': registryUrl,
    PORT: '0',
  }
  const packages = dirname(tarballs.core)
  const options = `--template ${template} --package-manager ${packageManager} --packages ${packages}`
  await runScript(`create-parley my-chat ${options}`, { folder, env })

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
  if (!output.includes('You said: Hello')) throw new Error(`The bot did not answer.\n${output}`)
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
