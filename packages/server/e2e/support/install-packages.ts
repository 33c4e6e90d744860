import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startRegistry, type Manifest, type PublishedPackage } from './package-registry.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const run = promisify(execFile)

/**
 * Creates a project in an empty folder and installs packages of this repository into it with npm, from their tarballs.
 *
 * A local registry serves their dependencies from this repository's `node_modules`, so no network is needed.
 */
export async function installPackages(folder: string, names: readonly string[]): Promise<void> {
  const env = cleanEnvironment()
  const tarballs = join(folder, 'tarballs')
  mkdirSync(tarballs)
  // The full test run has built all packages. A second build would change files while another test packs them.
  if (env['PARLEY_IS_BUILT'] === undefined) {
    const filters = names.map((name) => `--filter=@parley/${name}`)
    await run('turbo', ['run', 'build', '--output-logs=errors-only', ...filters], { cwd: root, env })
  }

  const packages = names.map((name) => join(root, 'packages', name))
  for (const path of packages) await run('pnpm', ['pack', '--pack-destination', tarballs], { cwd: path, env })
  for (const [index, path] of [...new Set(packages.flatMap(dependencyFolders))].entries()) {
    // npm expects the files of a tarball in a folder named `package`.
    const parent = join(folder, `dependency-${index}`)
    mkdirSync(parent)
    // A copy: npm drops files that pnpm has linked to another file with the same content.
    cpSync(path, join(parent, 'package'), { recursive: true })
    await run('tar', ['-czf', join(tarballs, `dependency-${index}.tgz`), '-C', parent, 'package'])
  }
  const published = await Promise.all(readdirSync(tarballs).map((file) => readTarball(join(tarballs, file))))

  await using registry = await startRegistry(published)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const flags = ['--no-audit', '--no-fund', '--registry', registry.url, '--cache', join(folder, 'cache')]
  const packageNames = [...names.map((name) => `@parley/${name}`), ...(names.includes('rx') ? ['rxjs'] : [])]
  await run('npm', ['install', ...flags, ...packageNames], { cwd: folder, env })
}

/** The folders of all direct and transitive dependencies of a package that are not ours, as installed here. */
function dependencyFolders(path: string): string[] {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(path, 'package.json'), 'utf8'),
  ) as Manifest
  return Object.keys({ ...dependencies, ...peerDependencies })
    .filter((name) => !name.startsWith('@parley/'))
    .flatMap((name) => {
      // pnpm installs the dependencies of our packages inside them, and those of other packages next to them.
      const inside = join(path, 'node_modules', name)
      const sibling = join(path.slice(0, path.lastIndexOf('node_modules')), 'node_modules', name)
      const found = realpathSync(existsSync(inside) ? inside : sibling)
      return [found, ...dependencyFolders(found)]
    })
}

async function readTarball(tarball: string): Promise<PublishedPackage> {
  const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json'])
  return { tarball, manifest: JSON.parse(stdout) as Manifest }
}

/** The environment without the options of the test runner. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env
  const path = [join(root, 'node_modules', '.bin'), env['PATH'] ?? ''].join(delimiter)
  return { ...env, PATH: path, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }
}

/** An example in the README of a package of this repository. Default: the first one. */
export function readmeExample(name: string, index = 0): string {
  const readme = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8')
  return [...readme.matchAll(/^```[jt]s[^\n]*\n(.*?)^```$/gms)][index]?.[1] ?? ''
}
