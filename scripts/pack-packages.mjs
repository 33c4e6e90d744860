import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownToolsEnvironment, root, run, tool } from './run.mjs'

/** The manifests of the published packages, by the name of their folder. */
export function readManifests(repository = root) {
  return Object.fromEntries(
    readdirSync(join(repository, 'packages'))
      .sort()
      .map((name) => [
        name,
        JSON.parse(readFileSync(join(repository, 'packages', name, 'package.json'), 'utf8')),
      ]),
  )
}

/**
 * Packs built packages into a folder, as they are published.
 *
 * @param {string} folder
 * @param {string[]} [names] - Folders of `packages`. Default: all.
 * @returns {Promise<Record<string, string>>} The paths of the tarballs, by the name of the package's folder.
 */
export async function packPackages(folder, names = Object.keys(readManifests()), repository = root) {
  mkdirSync(folder, { recursive: true })
  const manifests = readManifests(repository)
  const tarballs = {}
  for (const name of names) {
    const { code, output } = await run(tool('pnpm'), ['pack', '--pack-destination', folder], {
      cwd: join(repository, 'packages', name),
      env: ownToolsEnvironment(),
    })
    if (code !== 0) throw new Error(`Unable to pack ${manifests[name].name}.\n${output.trim()}`)
    tarballs[name] = join(folder, tarballName(manifests[name]))
  }
  return tarballs
}

function tarballName({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
}
