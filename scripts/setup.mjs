import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, tool } from './run.mjs'

const stampFile = join(root, 'node_modules', '.parley-setup')

/**
 * Installs what the lockfile names, unless it is there already.
 *
 * @throws Error with what to do, where it cannot be installed.
 */
export async function install() {
  const stamp = stampOf(root)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return

  console.log('Installing dependencies …')
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  // With the caller's own PATH: npm finds the machine's settings (a proxy, certificates) beside the Node that runs it.
  const { code, output } = await run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile'])
  if (code !== 0 || !existsSync(tool('turbo'))) {
    console.error(output.trimEnd())
    throw new Error(`unable to install the dependencies; pnpm ended with code ${code} (its output is above)`)
  }
  writeFileSync(stampFile, stamp)
}

/** A hash of all that decides what an install would do. */
function stampOf(folder) {
  const manifests = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(folder, group))
      .sort()
      .map((name) => join(group, name, 'package.json')),
  )
  const hash = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    const path = join(folder, file)
    hash.update(`${file}\n`)
    if (existsSync(path)) hash.update(readFileSync(path))
  }
  return `${process.platform}-${process.arch} ${hash.digest('hex')}`
}
