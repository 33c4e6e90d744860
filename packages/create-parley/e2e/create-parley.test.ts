import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'create-parley-'))
const packages = join(folder, 'tarballs')
const tarballs = ['core', 'rx', 'react', 'server', 'cli'].map((name) => `parley-${name}-0.0.0.tgz`)

// Packages without content. `npm run test:installations -- create` installs the real ones, and chats.
beforeAll(() => {
  mkdirSync(join(folder, 'package'))
  mkdirSync(packages)
  for (const name of tarballs) {
    const [, scope, short] = /^(parley)-(\w+)/.exec(name) ?? []
    writeFileSync(
      join(folder, 'package/package.json'),
      JSON.stringify({ name: `@${scope}/${short}`, version: '0.0.0' }),
    )
    execFileSync('tar', ['-czf', join(packages, name), 'package'], { cwd: folder })
  }
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

test.each([
  {
    template: 'react',
    start: 'dev',
    files: ['index.html', 'server.ts', 'src/chat.tsx', 'src/main.tsx', 'src/style.css', 'vite.config.ts'],
  },
  { template: 'node', start: 'start', files: ['main.ts'] },
  { template: 'server', start: 'dev', files: [] },
])('writes a $template project', async ({ template, start, files }) => {
  const { code, stdout } = await create([
    `my-${template}`,
    '--template',
    template,
    '--packages',
    packages,
    '--no-install',
  ])

  expect(code).toBe(0)
  expect(stdout).toContain(`Next:\n  cd my-${template}\n  npm install\n  npm run ${start}\n  npm run test\n`)
  const shared = ['.gitignore', 'README.md', 'bot.test.ts', 'bot.ts', 'package.json', 'tsconfig.json']
  expect(listFiles(`my-${template}`)).toEqual(
    [...shared, ...files, ...tarballs.map((name) => `packages/${name}`)].toSorted(),
  )
  expect(read(`my-${template}/package.json`)).toContain(`"name": "my-${template}"`)
  expect(read(`my-${template}/README.md`)).toContain(`# my-${template}\n`)
})

test.each([
  { packageManager: 'npm', file: 'package.json' },
  { packageManager: 'pnpm', file: 'pnpm-workspace.yaml' },
  { packageManager: 'yarn', file: 'package.json' },
  { packageManager: 'bun', file: 'package.json' },
])('makes $packageManager use the tarballs for all packages', async ({ packageManager, file }) => {
  const project = `with-${packageManager}`

  await create([project, '--template', 'react', '--packages', packages, '--no-install'], {
    npm_config_user_agent: `${packageManager}/9.9.9 node/v24.0.0 linux x64`,
  })

  const overrides = read(`${project}/${file}`).split(/"overrides"|"resolutions"|^overrides/m)[1]
  for (const name of tarballs) expect(overrides).toContain(`file:./packages/${name}`)
  expect(read(`${project}/README.md`)).toContain(`${packageManager} run dev`)
})

test('writes into the current folder', async () => {
  const current = join(folder, 'current')
  mkdirSync(join(current, '.git'), { recursive: true })

  const { code, stdout } = await create(
    ['.', '--template', 'node', '--packages', packages, '--no-install'],
    {},
    current,
  )

  expect(code).toBe(0)
  expect(stdout).toContain('Created current in .\n')
  expect(existsSync(join(current, 'main.ts'))).toBe(true)
})

test('writes nothing into a folder that is not empty', async () => {
  mkdirSync(join(folder, 'full'))
  writeFileSync(join(folder, 'full/notes.txt'), '')

  const { code, stderr } = await create(['full', '--template', 'node', '--packages', packages])

  expect(code).toBe(2)
  expect(stderr).toBe(
    'create-parley: Unable to create a project in full; the folder is not empty: it contains notes.txt. ' +
      'Choose another folder, or empty this one.\n',
  )
  expect(listFiles('full')).toEqual(['notes.txt'])
})

test.each([
  {
    args: ['My Chat'],
    reason: 'Unable to create the project "My Chat"; its name can only contain URL-friendly',
  },
  {
    args: ['MyChat'],
    reason: 'Unable to create the project "MyChat"; its name can no longer contain capital letters.',
  },
  {
    args: ['node_modules'],
    reason: 'Unable to create the project "node_modules"; node_modules is not a valid package',
  },
  { args: ['a', 'b'], reason: 'Unable to create a project; a and b are several folders. Pass one.' },
  { args: ['a', '--template', 'vue'], reason: 'the template vue does not exist. Use react, node, server.' },
  {
    args: ['a', '--package-manager', 'cargo'],
    reason: 'cargo is not a supported package manager. Use npm, pnpm,',
  },
  { args: ['a', '--unknown'], reason: "Unable to create a project; Unknown option '--unknown'. See --help." },
  {
    args: [],
    reason: 'Unable to create a project; the folder is missing, and there is no terminal to ask in.',
  },
  {
    args: ['a'],
    reason: 'Unable to create a project; --template is missing, and there is no terminal to ask in.',
  },
])('rejects the command line $args', async ({ args, reason }) => {
  const { code, stderr } = await create(['--packages', packages, ...args])

  expect(code).toBe(2)
  expect(stderr).toContain(reason)
  expect(existsSync(join(folder, args[0] ?? 'a'))).toBe(false)
})

test('says that nothing is on npm yet, and how to pack the packages', async () => {
  const { code, stderr } = await create(['a', '--template', 'node'])

  expect(code).toBe(2)
  expect(stderr).toBe(
    'create-parley: Unable to create a project; the packages of Parley are not on npm yet. In a clone of Parley, ' +
      'run "npm run pack", and pass the folder tarballs of the clone: --packages <folder>.\n',
  )
})

test('names the tarball that is missing', async () => {
  const { code, stderr } = await create(['a', '--template', 'node', '--packages', folder])

  expect(code).toBe(2)
  expect(stderr).toContain(`${join(folder, 'parley-core-0.0.0.tgz')} does not exist.`)
})

test('rejects a package manager that is not installed', async () => {
  const { code, stderr } = await create(
    ['a', '--template', 'node', '--packages', packages, '--package-manager', 'bun'],
    { PATH: folder },
  )

  expect(code).toBe(2)
  expect(stderr).toContain('Unable to create a project with bun; it is not installed. Install it, or choose')
  expect(existsSync(join(folder, 'a'))).toBe(false)
})

test('writes nothing if the folder cannot be created', async () => {
  writeFileSync(join(folder, 'file'), '')

  const { code, stderr } = await create(['file/a', '--template', 'node', '--packages', packages])

  expect(code).toBe(1)
  expect(stderr).toMatch(/Unable to write the project; ENOTDIR.*Nothing was written\.$/m)
})

test.each(['SIGINT', 'SIGTERM'] as const)('stops the installation after %s', async (signal) => {
  // Responds only to the probe.
  const registry = createHttpServer((request, response) => {
    if (request.url === '/') response.end()
    else registry.emit('package requested', request.socket)
  })
  const requested = once(registry, 'package requested') as Promise<[Socket]>
  await once(registry.listen(0, '127.0.0.1'), 'listening')
  const { port } = registry.address() as AddressInfo
  const project = `stopped-by-${signal.toLowerCase()}`

  const child = spawnCreate([project, '--template', 'node', '--packages', packages], {
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: join(folder, 'empty-cache'),
  })
  const [socket] = await requested
  const socketClosed = once(socket, 'close')
  child.kill(signal)
  const [code] = (await once(child, 'close')) as [number | null]
  await socketClosed
  registry.close()

  expect(code).toBe(130)
  expect(existsSync(join(folder, project, 'tsconfig.json'))).toBe(true)
})

test('keeps the complete project if there is no network', async () => {
  const unused = await findUnusedPort()

  const { code, stderr } = await create(['offline', '--template', 'node', '--packages', packages], {
    npm_config_registry: `http://127.0.0.1:${unused}/`,
    npm_config_cache: join(folder, 'cache'),
  })

  expect(code).toBe(1)
  expect(stderr).toContain(
    'Unable to install the dependencies; the registry is not reachable. Check the network.',
  )
  expect(stderr).toContain('The project in offline is complete. Run "npm install" in it to try again.')
  expect(existsSync(join(folder, 'offline/main.ts'))).toBe(true)
})

test('prints its options and its version', async () => {
  const help = await create(['--help'])
  const version = await create(['--version'])

  expect(help.stdout).toContain('server: A server with a bot, for any client\n')
  expect(version.stdout).toBe('0.0.0\n')
})

/** Runs the command without a terminal. */
async function create(args: string[], env: Record<string, string> = {}, cwd = folder) {
  const child = spawnCreate(args, env, cwd)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

function spawnCreate(args: string[], env: Record<string, string>, cwd = folder) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const { npm_config_user_agent: _, ...inherited } = process.env
  return spawn(process.execPath, [main, ...args], {
    cwd,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function listFiles(project: string): string[] {
  return readdirSync(join(folder, project), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, project).length + 1))
    .toSorted()
}

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8')
}

async function findUnusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
