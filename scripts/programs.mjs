import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import { root, run } from './run.mjs'

/**
 * The programs that tests run, by name. `debianPackage` contains the program, and `macPackage` is its Homebrew name.
 * With `versionArguments`, the program prints its version and exits with code 0.
 */
const programs = {
  openssl: { debianPackage: 'openssl', macPackage: 'openssl', versionArguments: ['version'] },
  nginx: { debianPackage: 'nginx', macPackage: 'nginx', versionArguments: ['-v'] },
  // Linux only.
  'systemd-analyze': { debianPackage: 'systemd', versionArguments: ['--version'] },
}

const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']
const defaultCache = join(root, 'node_modules', '.cache', 'debian')
/** These must match the system's loader; unpacked copies would break all programs. */
const neverUnpacked = new Set(['libc6', 'libc-bin'])

/**
 * Finds an installed program, or unpacks its Debian package into the repository's cache. Needs no root permissions,
 * does not change the system, and starts no service.
 *
 * @param {string} name - One of `programs`. An environment variable such as `NGINX_PATH` overrides the search.
 * @param {{ environment?: Record<string, string | undefined>, folders?: string[], cache?: string }} [options] -
 * `folders` are searched after those of `PATH`.
 * @returns {Promise<{ path: string, environment: Record<string, string | undefined> }>} Its path, and the environment
 * to run it in.
 * @throws Error with instructions if the program is missing and cannot be unpacked.
 */
export async function findOrUnpackProgram(
  name,
  { environment = process.env, folders = systemFolders, cache = defaultCache } = {},
) {
  const program = programs[name]
  const variable = `${name.toUpperCase().replaceAll('-', '_')}_PATH`
  const advice =
    `Install it (Debian, Ubuntu: apt-get install ${program.debianPackage}` +
    `${program.macPackage ? `; macOS: brew install ${program.macPackage}` : ''}), or set ${variable}.`

  const configured = environment[variable]
  if (configured && !isExecutable(configured)) {
    throw new Error(
      `Unable to find ${name}; ${variable} is "${configured}", which is not a program. Change or unset it.`,
    )
  }
  const installed = configured ?? findIn([...(environment.PATH ?? '').split(delimiter), ...folders], name)
  if (installed) return { path: installed, environment: { ...environment } }

  try {
    const folder = join(cache, program.debianPackage)
    if (!existsSync(folder)) await unpack(program.debianPackage, { folder, cache })
    return await verifyUnpacked(name, { folder, environment, versionArguments: program.versionArguments })
  } catch (cause) {
    throw new Error(
      `Unable to find ${name}, which tests need; unpacking its package failed (${cause.message}). ${advice}`,
      { cause },
    )
  }
}

function findIn(folders, name) {
  const candidates = folders.filter(Boolean).map((folder) => join(folder, name))
  return candidates.find(isExecutable)
}

/** Downloads a package and its missing dependencies, and unpacks them into one folder. */
async function unpack(debianPackage, { folder, cache }) {
  const draft = `${folder}.${process.pid}`
  const downloads = join(draft, 'packages')
  mkdirSync(downloads, { recursive: true })
  try {
    await download(debianPackage, { downloads, cache })
    const files = join(draft, 'files')
    for (const file of readdirSync(downloads)) await command('dpkg', ['-x', join(downloads, file), files])
    rmSync(downloads, { recursive: true })
    moveInto(folder, draft)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Uses the system's package lists. If they are missing or outdated, downloads new ones into the cache. */
async function download(debianPackage, { downloads, cache }) {
  try {
    await downloadWith(aptOptions(cache), debianPackage, downloads)
  } catch {
    const options = [
      ...aptOptions(cache),
      ['Dir::State', makeFolder(cache, 'apt', 'state')],
      ['Dir::State::lists', makeFolder(cache, 'apt', 'state', 'lists')],
      ['Dir::State::status', '/var/lib/dpkg/status'],
    ]
    makeFolder(cache, 'apt', 'state', 'lists', 'partial')
    await command('apt-get', [...flags(options), 'update'])
    await downloadWith(options, debianPackage, downloads)
  }
}

async function downloadWith(options, debianPackage, downloads) {
  const simulation = ['install', '--simulate', '--no-install-recommends', debianPackage]
  const { output } = await command('apt-get', [...flags(options), ...simulation])
  const missing = [...output.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name)
  const packages = new Set([debianPackage, ...missing].filter((name) => !neverUnpacked.has(name)))
  await command('apt-get', [...flags(options), 'download', ...packages], { cwd: downloads })
}

function aptOptions(cache) {
  makeFolder(cache, 'apt', 'cache', 'archives', 'partial')
  return [
    ['Dir::Cache', join(cache, 'apt', 'cache')],
    ['Debug::NoLocking', 'true'],
    // By default, apt runs downloads as the user _apt, which cannot write to this folder.
    ['APT::Sandbox::User', 'root'],
    ['Acquire::Retries', '2'],
    ['Acquire::http::Timeout', '30'],
  ]
}

function flags(options) {
  return options.flatMap(([name, value]) => ['-o', `${name}=${value}`])
}

function makeFolder(...parts) {
  const folder = join(...parts)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** If another process has created the folder first, keeps its files. */
function moveInto(folder, draft) {
  try {
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

async function verifyUnpacked(name, { folder, environment, versionArguments }) {
  const files = listFiles(join(folder, 'files'))
  const isProgram = (file) => basename(file) === name && /^s?bin$/.test(basename(dirname(file)))
  const path = files.find((file) => isProgram(file) && isExecutable(file))
  if (!path) throw new Error(`the package does not contain it: ${folder}`)

  const libraries = new Set(files.filter((file) => /\.so(\.|$)/.test(file)).map(dirname))
  const libraryPath = [...libraries, environment.LD_LIBRARY_PATH].filter(Boolean).join(delimiter)
  const programEnvironment = {
    ...environment,
    ...(libraryPath === '' ? {} : { LD_LIBRARY_PATH: libraryPath }),
  }
  await command(path, versionArguments, { env: programEnvironment })
  return { path, environment: programEnvironment }
}

function listFiles(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
}

async function command(name, args, options = {}) {
  const result = await run(name, args, options)
  if (result.code === 0) return result
  throw new Error(`${basename(name)} exited with code ${result.code}: ${result.output.trim()}`)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
