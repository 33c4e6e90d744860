import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startRegistry, type Manifest, type Published } from './package-registry.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const run = promisify(execFile)

/**
 * Makes a project of an empty folder, and lets npm install packages of ours in it, as they are packed, with what they need of others.
 * These come out of this repository's own installation, by a registry that knows nothing else: no network is needed.
 */
export async function installPacked(folder: string, names: readonly string[]): Promise<void> {
  const env = plainEnvironment()
  const tarballs = join(folder, 'tarballs')
  mkdirSync(tarballs)
  // All is built where all is tested: nobody is to build what another packs.
  if (env['PARLEY_IS_BUILT'] === undefined) {
    const filters = names.map((name) => `--filter=@parley/${name}`)
    await run('turbo', ['run', 'build', '--output-logs=errors-only', ...filters], { cwd: root, env })
  }

  const ours = names.map((name) => join(root, 'packages', name))
  for (const path of ours) await run('pnpm', ['pack', '--pack-destination', tarballs], { cwd: path, env })
  for (const [index, path] of [...new Set(ours.flatMap(needs))].entries()) {
    // npm expects a folder of this name in a tarball.
    const around = join(folder, `need-${index}`)
    mkdirSync(around)
    symlinkSync(path, join(around, 'package'))
    await run('tar', ['-czhf', join(tarballs, `need-${index}.tgz`), '-C', around, 'package'])
  }
  const published = await Promise.all(readdirSync(tarballs).map((each) => read(join(tarballs, each))))

  await using registry = await startRegistry(published)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const flags = ['--no-audit', '--no-fund', '--registry', registry.url, '--cache', join(folder, 'cache')]
  const wanted = [...names.map((name) => `@parley/${name}`), 'rxjs']
  await run('npm', ['install', ...flags, ...wanted], { cwd: folder, env })
}

/** The folders of what a package needs of others, and they of others again, as they are installed here. */
function needs(path: string): string[] {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(path, 'package.json'), 'utf8'),
  ) as Manifest
  return Object.keys({ ...dependencies, ...peerDependencies })
    .filter((name) => !name.startsWith('@parley/'))
    .flatMap((name) => {
      // pnpm puts what a package of ours needs into it, and what others need beside them.
      const own = join(path, 'node_modules', name)
      const beside = join(path.slice(0, path.lastIndexOf('node_modules')), 'node_modules', name)
      const found = realpathSync(existsSync(own) ? own : beside)
      return [found, ...needs(found)]
    })
}

async function read(tarball: string): Promise<Published> {
  const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json'])
  return { tarball, manifest: JSON.parse(stdout) as Manifest }
}

/** Nothing of how the tests are run is to be found in it. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env
  const path = [join(root, 'node_modules', '.bin'), env['PATH'] ?? ''].join(delimiter)
  return { ...env, PATH: path, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }
}

/** The first example in the README of a package of ours. */
export function exampleOf(name: string): string {
  const readme = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8')
  return /^```[jt]s\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
}
