import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './run.mjs'

/** Fields of a manifest that only the repository needs. */
const development = ['scripts', 'devDependencies']

/**
 * Returns the manifest of a package as it is published: with the author and the addresses of the root manifest, and
 * without development fields.
 *
 * @param {Record<string, any>} manifest - With real version ranges, and with the exports of `publishConfig`.
 * @param {string} folder - The package's folder.
 * @throws Error if the manifest contains what only works in the repository.
 */
export function createPublishedManifest(manifest, folder) {
  const problems = findUnpublishable(manifest)
  if (problems.length > 0) {
    throw new Error(
      `Unable to pack ${manifest.name}; its manifest contains ${problems.join(', ')}. Remove it.`,
    )
  }
  const { author, repository, bugs } = readRootManifest()
  const directory = relative(root, folder).replaceAll('\\', '/')
  const address = publicAddress({ repository })
  const published = {
    ...manifest,
    author,
    homepage: `${address}/tree/main/${directory}#readme`,
    bugs: { url: `${address}/issues`, ...bugs },
    repository: { ...repository, directory },
  }
  for (const field of development) delete published[field]
  return published
}

/** Lists what must not be published: unresolved protocols, and conditions that point to source files. */
export function findUnpublishable(manifest) {
  const { devDependencies: _, scripts: __, ...published } = manifest
  const text = JSON.stringify(published)
  return ['catalog:', 'workspace:', 'link:', 'parley-src'].filter((word) => text.includes(word))
}

/** The address of the repository on the web, without a slash at the end. */
export function publicAddress({ repository } = readRootManifest()) {
  return repository.url.replace(/^git\+/, '').replace(/\.git$/, '')
}

/** True until somebody decides on the public address. The top-level domain `invalid` never exists (RFC 2606). */
export function isPlaceholder(address = publicAddress()) {
  return new URL(address).hostname.endsWith('.invalid')
}

function readRootManifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
}
