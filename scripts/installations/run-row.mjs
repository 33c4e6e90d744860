import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
import { delimiter, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root, run } from '../run.mjs'
import { chatInBrowser } from './chat-in-browser.mjs'
import { installNode, npmInstall, withoutOwnTools } from './npm-install.mjs'
import { newestNode } from './rows.mjs'

/** The bundles of each project. What the browser loads is measured together, also code of React. */
const bundles = {
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
  try {
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
      if (script) await execute(script, { folder, env })
    }
    if (manifest.scripts.start) await chatOnPage(manifest.scripts.start, { folder, env })
    return { installed: installedBytes(folder), bundle: bundleBytes(folder, bundles[row.project]) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
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

async function execute(script, { folder, env }) {
  const { code, output } = await run('sh', ['-c', script], { cwd: folder, env, timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`"${script}" exited with code ${code}.\n${output}`)
}

/** Starts the project's server, and chats on the page of the first address that it prints. */
async function chatOnPage(script, { folder, env }) {
  const child = spawn('sh', ['-c', `exec ${script}`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  try {
    let output = ''
    const url = await new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          output += text
          // eslint-disable-next-line no-control-regex -- terminals show addresses in color
          const found = /http:\/\/[\w.]+:\d+/.exec(output.replaceAll(/\u001B\[\d+m/g, ''))
          if (found) resolve(found[0])
        })
      }
      child.once('exit', (code) => reject(new Error(`"${script}" exited with code ${code}.\n${output}`)))
    })
    await chatInBrowser(url)
  } finally {
    child.kill()
    await exited
  }
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
