// The task `pack:check` of a package: packs it, and checks the tarball.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { packPackages } from './pack-packages.mjs'
import { findUnpublishable } from './published-manifest.mjs'
import { ownToolsEnvironment, run, tool } from './run.mjs'

const requiredFields =
  'author bugs description engines files homepage keywords license publishConfig repository type version'.split(
    ' ',
  )
const requiredFiles = ['LICENSE', 'README.md', 'package.json']

const folder = mkdtempSync(join(tmpdir(), 'parley-pack-'))
try {
  const name = basename(process.cwd())
  const { [name]: tarball } = await packPackages(folder, [name])
  await execute('tar', ['-xzf', tarball, '-C', folder])
  const problems = findProblems(join(folder, 'package'))
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1

  await execute(tool('publint'), [tarball, '--strict'])
  // The command line has no types.
  const hasTypes = existsSync(join(folder, 'package', 'dist', 'index.d.ts'))
  if (hasTypes) await execute(tool('attw'), [tarball, '--profile', 'esm-only'])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Returns what is missing in the files of a package, or does not belong there. */
function findProblems(path) {
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(path, file)).isFile(),
  )
  // Files in `_virtual` are helpers of the bundler, which have no source.
  const scripts = files.filter((file) => /^dist\/(?!_virtual).*(\.js|\.d\.ts)$/.test(file))
  return [
    ...requiredFields
      .filter((field) => !(field in manifest))
      .map((field) => `package.json has no "${field}".`),
    ...findUnpublishable(manifest).map((word) => `package.json contains "${word}".`),
    ...requiredFiles.filter((file) => !files.includes(file)).map((file) => `${file} is missing.`),
    ...files
      .filter((file) => /^(?!templates\/).*\.test(-d)?\./.test(file))
      .map((file) => `${file} is a test.`),
    ...scripts
      .filter((file) => !files.includes(`${file}.map`) && !isEmpty(join(path, file)))
      .map((file) => `${file} has no source map.`),
    ...files.filter((file) => file.endsWith('.map')).flatMap((file) => missingSources(join(path, file))),
  ]
}

/** A file that only imports or exports has nothing to map. */
function isEmpty(file) {
  return !readFileSync(file, 'utf8')
    .split('\n')
    .some((line) => line !== '' && !/^(import|export) .*;?$|^\/\//.test(line))
}

/** Editors open the source of a declaration from the package, and debuggers that of a script. */
function missingSources(map) {
  const { sources } = JSON.parse(readFileSync(map, 'utf8'))
  return sources
    .filter((source) => !existsSync(resolve(dirname(map), source)))
    .map((source) => `${basename(map)} refers to ${source}, which is missing.`)
}

async function execute(command, args) {
  const { code, output } = await run(command, args, { env: ownToolsEnvironment(), cwd: process.cwd() })
  if (code === 0) return
  console.error(output.trimEnd())
  process.exitCode = 1
}
