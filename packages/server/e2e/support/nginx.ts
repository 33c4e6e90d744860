import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findOrUnpackProgram } from '../../../../scripts/programs.mjs'
import { listenOnReusablePort } from '../../src/testing/listen-on-reusable-port.ts'

/** A running nginx on a free port, with its own folder. */
export interface Nginx extends AsyncDisposable {
  readonly port: number
  /** Contains the configuration, caches and logs. */
  readonly folder: string
}

export interface NginxSetup {
  readonly port: number
  readonly folder: string
}

/** @param http - Returns the content of the block `http`, with at least one `server`. */
export async function startNginx(http: (setup: NginxSetup) => string): Promise<Nginx> {
  const folder = makeFolder()
  try {
    return await listenOnReusablePort((port) => start({ port, folder }, http({ port, folder })))
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Returns the error that `nginx -t` reports for a configuration, or undefined if it is valid. */
export async function configurationError(http: (setup: NginxSetup) => string): Promise<string | undefined> {
  const folder = makeFolder()
  try {
    const nginx = await launch(folder, http({ port: 1, folder }), '-t')
    const [code] = (await nginx.exited) as [number | null]
    return code === 0 ? undefined : nginx.output()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-nginx-'))
  mkdirSync(join(folder, 'temporary'))
  return folder
}

async function start(setup: NginxSetup, http: string): Promise<Nginx> {
  const { port, folder } = setup
  const { child, exited, output } = await launch(folder, http)
  const stop = (): void => {
    child.kill('SIGTERM')
  }
  process.once('exit', stop)
  const ended = exited.then(() => {
    const isPortTaken = output().includes('Address already in use')
    throw Object.assign(new Error(`nginx ended: ${output()}`), isPortTaken ? { code: 'EADDRINUSE' } : {})
  })
  await Promise.race([pidFileWritten(pidFilePath(folder), child), ended])
  ended.catch(() => {})
  return {
    port,
    folder,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', stop)
      stop()
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function launch(folder: string, http: string, ...args: string[]) {
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(folder, http))
  const { path, environment } = await findOrUnpackProgram('nginx')
  const child = spawn(path, ['-p', folder, '-c', file, '-e', 'stderr', ...args], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()))
  return { child, exited: once(child, 'close'), output: () => text }
}

const pidFilePath = (folder: string): string => join(folder, 'nginx.pid')

/** Keeps all files in the folder, so that nginx runs as any user. */
function configuration(folder: string, http: string): string {
  const temporaryFolders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return [
    // If root starts nginx, its workers run as another user by default, who cannot read the folder.
    process.getuid?.() === 0 ? 'user root;' : '',
    'daemon off;',
    'worker_processes 1;',
    'error_log stderr warn;',
    `pid ${pidFilePath(folder)};`,
    'events { worker_connections 512; }',
    'http {',
    'access_log off;',
    ...temporaryFolders.map((name) => `${name}_temp_path ${folder}/temporary/${name};`),
    http,
    '}',
  ].join('\n')
}

/** Resolves when nginx has written its pid file, which it does once it listens, or when it has exited. */
async function pidFileWritten(pidFile: string, child: ChildProcess): Promise<void> {
  while (!existsSync(pidFile) && child.exitCode === null) await delay(5)
}
