// `npm run release`: publishes the packages. With `--dry-run`, does everything in a copy of the repository, against a
// registry of its own, and chats with what it has published.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npm } from './installations/npm-install.mjs'
import { packPackages, readManifests } from './pack-packages.mjs'
import { isPlaceholder, publicAddress } from './published-manifest.mjs'
import { chatFromRegistry, copyRepository, createFromRegistry } from './release-rehearsal.mjs'
import { ownToolsEnvironment, root, run, tool } from './run.mjs'
import { startVerdaccio } from './start-verdaccio.mjs'

/**
 * @param {string[]} args - `--dry-run`, or nothing.
 * @throws Error if a step fails.
 */
export async function release(args) {
  if (args.includes('--dry-run')) return rehearse()
  const registry = (await npm(['config', 'get', 'registry'])).trim()
  assertPublishable({ registry, address: publicAddress() })
  const folder = mkdtempSync(join(tmpdir(), 'parley-release-'))
  try {
    await publish(await packPackages(folder), { registry })
    await execute('changeset', ['git-tag'], root)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Packages must not be published before they name the real address of their source.
 *
 * @throws Error if the address is a placeholder and the registry is not on this machine.
 */
export function assertPublishable({ registry, address }) {
  if (!isPlaceholder(address) || isLoopback(registry)) return
  throw new Error(
    `Unable to publish to ${registry}; the public address ${address} is a placeholder. Set "repository" and "bugs" ` +
      'in the root package.json.',
  )
}

function isLoopback(registry) {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(registry).hostname)
}

/** Publishes core first, so that an interrupted release leaves no package whose dependencies are missing. */
async function publish(tarballs, { registry, flags = [] }) {
  for (const name of ['core', 'rx', 'react', 'server', 'cli', 'create-parley']) {
    await npm(['publish', tarballs[name], '--access', 'public', '--registry', registry, ...flags])
    console.log(`published ${readManifests()[name].name}`)
  }
}

async function rehearse() {
  const folder = mkdtempSync(join(tmpdir(), 'parley-release-'))
  const registry = await startVerdaccio(join(folder, 'registry'))
  try {
    const copy = join(folder, 'repository')
    await copyRepository(copy)
    await execute('changeset', ['version'], copy)
    const { version } = JSON.parse(readFileSync(join(copy, 'packages/core/package.json'), 'utf8'))
    console.log(`version ${version}`)
    console.log(
      readFileSync(join(copy, 'packages/core/CHANGELOG.md'), 'utf8').split('\n').slice(0, 12).join('\n'),
    )
    await execute('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'], copy)
    await execute('turbo', ['run', 'build', '--filter=./packages/*', '--output-logs=errors-only'], copy)
    const tarballs = await packPackages(join(folder, 'tarballs'), undefined, copy)
    assertPublishable({ registry: registry.url, address: publicAddress() })
    await publish(tarballs, { registry: registry.url, flags: registry.credentials })
    console.log(await chatFromRegistry(join(folder, 'project'), { registry: registry.url, version }))
    await createFromRegistry(join(folder, 'created'), { registry: registry.url, version })
    console.log('npm create parley: the created project chats')
  } finally {
    await registry.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function execute(name, args, cwd) {
  const { code, output } = await run(tool(name), args, {
    cwd,
    env: ownToolsEnvironment(),
    timeoutMs: 300_000,
  })
  if (code !== 0)
    throw new Error(`Unable to release; "${name} ${args.join(' ')}" exited with code ${code}.\n${output}`)
}
