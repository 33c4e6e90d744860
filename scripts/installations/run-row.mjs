import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from '../run.mjs'
import { chatInBrowser } from './chat-in-browser.mjs'
import { runCreatedProject } from './create-project.mjs'
import { installNode, npmInstall, withoutOwnTools } from './npm-install.mjs'
import { newestNode } from './rows.mjs'
import { runScript, withServer } from './run-script.mjs'

/** The bundles of each project. What the browser loads is measured together, also code of React. */
const bundles = {
  react: 'dist/**/*.js',
  vite: 'dist/**/*.js',
  next: '.next/static/chunks/**/*.js',
  webpack: 'dist/**/*.js',
  'esbuild-worker': 'dist/worker.js',
  workerd: 'dist/**/*.js',
  metro: 'dist/**/*.js',
}

/**
 * Installs the packages into a copy of a project outside of the repository, and chats.
 *
 * @param {import('./rows.mjs').Row} row
 * @param {{ tarballs: Record<string, string>, chatUrl: string, registryUrl: string }} options
 * @returns {Promise<{ installed: number, bundle: number | undefined }>} The size of `node_modules` without the
 * toolchain, and of the bundle with gzip, in bytes.
 */
export async function runRow(row, { tarballs, chatUrl, registryUrl }) {
  const folder = mkdtempSync(join(tmpdir(), `parley-${row.project}-`))
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeFolder)
  try {
    if (row.template) {
      const created = await runCreatedProject(row, {
        folder,
        starter: `file:${tarballs['create-parley']}`,
        packages: dirname(tarballs.core),
        // Has no packages, so this fails if npm asks for one that it has as a tarball.
        registryUrl,
      })
      // pnpm stores what packages depend on elsewhere.
      const installed = row.packageManager === 'pnpm' ? undefined : installedBytes(created)
      return { installed, bundle: bundleBytes(created, bundles[row.template]) }
    }
    cpSync(join(root, 'scripts', 'installations', 'projects', row.project), folder, { recursive: true })
    const manifest = writeManifest(folder, { row, tarballs, registryUrl })
    await npmInstall(folder)
    const node = await installNode(row.node ?? newestNode)
    const inherited = withoutOwnTools()
    const path = [join(folder, 'node_modules', '.bin'), node, inherited.PATH].join(delimiter)
    const names = ['CHAT_URL', 'VITE_CHAT_URL', 'NEXT_PUBLIC_CHAT_URL']
    const urls = Object.fromEntries(names.map((name) => [name, chatUrl]))
    const env = {
      ...inherited,
      ...urls,
      PATH: path,
      NEXT_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
      CI: 'true',
    }

    for (const name of ['build', 'test']) {
      const script = manifest.scripts[name]
      if (script) await runScript(script, { folder, env })
    }
    if (manifest.scripts.start) await withServer(manifest.scripts.start, { folder, env }, chatInBrowser)
    return { installed: installedBytes(folder), bundle: bundleBytes(folder, bundles[row.project]) }
  } finally {
    removeFolder()
    process.off('exit', removeFolder)
  }
}

/** Replaces the version `parley` by the tarball. */
function writeManifest(folder, { row, tarballs, registryUrl }) {
  const path = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  const dependencies = Object.entries({ ...manifest.dependencies, ...row.add }).map(([name, version]) => [
    name,
    version === 'parley' ? `file:${tarballs[name.replace('@parley/', '')]}` : version,
  ])
  writeFileSync(
    path,
    JSON.stringify({ ...manifest, dependencies: Object.fromEntries(dependencies) }, null, 2),
  )
  writeFileSync(join(folder, '.npmrc'), `@parley:registry=${registryUrl}\n`)
  return manifest
}

/** The bytes of our packages and of what they depend on. */
function installedBytes(folder) {
  const seen = new Set()
  const visit = (name) => {
    const path = join(folder, 'node_modules', name)
    if (seen.has(name) || !existsSync(path)) return 0
    seen.add(name)
    const { dependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    const files = globSync('**/*', { cwd: path, withFileTypes: true }).filter((entry) => entry.isFile())
    const own = files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
    return Object.keys(dependencies).reduce((sum, dependency) => sum + visit(dependency), own)
  }
  return ['core', 'rx', 'react', 'server', 'cli'].reduce((sum, name) => sum + visit(`@parley/${name}`), 0)
}

function bundleBytes(folder, pattern) {
  if (pattern === undefined) return undefined
  const files = globSync(pattern, { cwd: folder })
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0)
}
