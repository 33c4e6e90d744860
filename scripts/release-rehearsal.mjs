import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { runCreatedProject } from './installations/create-project.mjs'
import { installNode, npmInstall, withoutOwnTools } from './installations/npm-install.mjs'
import { newestNode } from './installations/rows.mjs'
import { root, run } from './run.mjs'

/** Copies all files that git tracks or would add, so that a rehearsal includes changes that are not committed. */
export async function copyRepository(folder) {
  const list = await run('git', [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--deduplicate',
  ])
  for (const file of list.output.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file), { verbatimSymlinks: true })
  }
  // changesets reads in which commit a changeset was added.
  const identity = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@parley.invalid']
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    [...identity, 'commit', '-qm', 'Rehearse a release'],
  ]) {
    const { code, output } = await run('git', args, { cwd: folder })
    if (code !== 0) throw new Error(`Unable to copy the repository; git failed.\n${output}`)
  }
}

/** Creates a project with the published create-parley, which installs the other packages, and runs it. */
export async function createFromRegistry(folder, { registry, version }) {
  await runCreatedProject(
    { template: 'node', packageManager: 'npm' },
    // Only the packages are on this registry, and not what they depend on.
    { folder, starter: `${registry}create-parley/-/create-parley-${version}.tgz`, registryUrl: registry },
  )
}

/** Installs a published version into an empty project, and runs a chat with its command. Returns what the bot says. */
export async function chatFromRegistry(folder, { registry, version }) {
  cpSync(join(root, 'scripts', 'installations', 'projects', 'node-esm'), folder, { recursive: true })
  const path = join(folder, 'package.json')
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"parley"', `"^${version}"`))
  writeFileSync(join(folder, '.npmrc'), `@parley:registry=${registry}\n`)
  await npmInstall(folder)
  const env = withoutOwnTools()
  const folders = [join(folder, 'node_modules', '.bin'), await installNode(newestNode), env.PATH]
  const { code, output } = await run('node', ['chat.js'], {
    cwd: folder,
    env: { ...env, PATH: folders.join(delimiter) },
    timeoutMs: 60_000,
  })
  if (code !== 0) throw new Error(`Unable to chat with the published packages.\n${output}`)
  return output.trim()
}
