import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PackageManager, Template } from './choices.ts'
import type { PackageSource } from './packages.ts'

/** The content of each file, by its path in the project. */
export type Files = Map<string, string | Buffer>

export interface Project {
  readonly name: string
  readonly template: Template
  readonly packageManager: PackageManager
  readonly source: PackageSource
}

interface Manifest {
  name: string
  readonly dependencies: Record<string, string>
  overrides?: Record<string, string>
  resolutions?: Record<string, string>
}

/** The folder of a project that contains the tarballs. */
const tarballFolder = 'packages'
const templatesFolder = fileURLToPath(new URL('../templates/', import.meta.url))

/** Returns the files of a project. Files of its template replace shared ones. */
export function planProject({ name, template, packageManager, source }: Project): Files {
  const files: Files = new Map([...readTemplate('shared'), ...readTemplate(template)])

  const manifest = JSON.parse(read(files, 'package.json')) as Manifest
  manifest.name = name
  const specifiers = Object.keys(manifest.dependencies).filter((dependency) =>
    dependency.startsWith('@parley/'),
  )
  const tarballs = 'tarballs' in source ? Object.entries(source.tarballs) : []
  const local = Object.fromEntries(
    tarballs.map(([dependency, path]) => [dependency, `file:./${tarballFolder}/${basename(path)}`]),
  )
  for (const dependency of specifiers) {
    manifest.dependencies[dependency] =
      'range' in source ? source.range : (local[dependency] ?? manifest.dependencies[dependency] ?? '')
  }
  for (const [, path] of tarballs) files.set(join(tarballFolder, basename(path)), readFileSync(path))
  if (tarballs.length > 0) addOverrides({ files, manifest, packageManager, local })
  files.set('package.json', `${JSON.stringify(manifest, null, 2)}\n`)

  // Plug'n'Play, Yarn's default, needs settings in every editor.
  if (packageManager === 'yarn') files.set('.yarnrc.yml', 'nodeLinker: node-modules\n')
  const readme = read(files, 'README.md').replace('# template', `# ${name}`)
  files.set('README.md', readme.replaceAll('npm run ', `${packageManager} run `))
  return files
}

/** The packages depend on each other by version. Without overrides, a registry would be asked for that version. */
function addOverrides(options: {
  files: Files
  manifest: Manifest
  packageManager: PackageManager
  local: Record<string, string>
}): void {
  const { files, manifest, packageManager, local } = options
  switch (packageManager) {
    case 'npm':
    case 'bun':
      manifest.overrides = local
      break
    case 'yarn':
      manifest.resolutions = local
      break
    case 'pnpm': {
      const lines = Object.entries(local).map(([name, path]) => `  '${name}': ${path}\n`)
      files.set('pnpm-workspace.yaml', `overrides:\n${lines.join('')}`)
      break
    }
  }
}

function readTemplate(name: string): Files {
  const folder = join(templatesFolder, name)
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      // npm would not publish a file named .gitignore.
      return [path.slice(folder.length + 1).replace(/^_/, '.'), readFileSync(path)]
    }),
  )
}

function read(files: Files, path: string): string {
  return files.get(path)?.toString('utf8') ?? ''
}
