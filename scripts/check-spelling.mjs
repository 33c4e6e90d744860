import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ownToolsEnvironment, root, run, tool } from './run.mjs'

const patterns = ['ts', 'tsx', 'mts', 'mjs', 'md', 'css', 'html', 'yml', 'yaml'].map((name) => `*.${name}`)
const generatedFiles = new Set(['pnpm-lock.yaml'])

/** The source and prose files of the repository, except those that git ignores and generated ones. */
export async function checkedFiles() {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns]
  const { output } = await run('git', list)
  const files = output.trim().split('\n')
  return files.filter((file) => !generatedFiles.has(file) && existsSync(join(root, file)))
}

/**
 * Runs cspell with the settings of `cspell.config.yaml`. Caches the results of unchanged files.
 *
 * @param {string[]} files - Paths below `folder`.
 * @returns {Promise<{ code: number, output: string }>} The code is 0 if there are no problems.
 */
export function checkSpelling(files, { folder = root } = {}) {
  const config = join(root, 'cspell.config.yaml')
  const cache = join(root, 'node_modules', '.cache', 'cspell')
  const options = [
    '--no-progress',
    '--no-summary',
    '--no-color',
    '--config',
    config,
    '--cache-location',
    cache,
  ]
  return run(tool('cspell'), ['lint', '--cache', ...options, ...files], {
    cwd: folder,
    env: ownToolsEnvironment(),
  })
}
