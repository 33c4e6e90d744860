import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, tool } from './run.mjs'

const stampFile = join(root, 'node_modules', '.parley-setup')

/**
 * Installs the dependencies of the lockfile, unless they are already installed.
 *
 * @throws Error if the installation fails.
 */
export async function install() {
  const stamp = createStamp(root)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return

  console.log('Installing dependencies …')
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // Uses the caller's PATH, because npm reads machine settings (proxy, certificates) from the folder of its Node.
  const { code, output } = await run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'])
  if (code !== 0 || !existsSync(tool('turbo'))) {
    console.error(output.trimEnd())
    throw new Error(
      `Unable to install the dependencies; pnpm exited with code ${code}. See the output above.`,
    )
  }
  writeFileSync(stampFile, stamp)
}

/** Hashes all inputs of an installation. */
function createStamp(folder) {
  const manifests = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(folder, group))
      .sort()
      .map((name) => join(group, name, 'package.json')),
  )
  const hash = createHash('sha256')
  for (const file of [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    '.pnpmfile.mjs',
    'package.json',
    ...manifests,
  ]) {
    const path = join(folder, file)
    hash.update(`${file}\n`)
    if (existsSync(path)) hash.update(readFileSync(path))
  }
  return `${process.platform}-${process.arch} ${hash.digest('hex')}`
}
