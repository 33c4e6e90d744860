import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { provideProgram } from '../../../../scripts/programs.mjs'
import { onOwnPort } from '../../src/testing/on-own-port.ts'

/** A running nginx with its own folder, on a free port. */
export interface Nginx extends AsyncDisposable {
  readonly port: number
  /** For caches and files of the configuration. */
  readonly folder: string
}

export interface NginxPlace {
  readonly port: number
  readonly folder: string
}

/**
 * Starts nginx.
 *
 * @param http - The content of the block `http`, with at least one `server`.
 */
export async function startNginx(http: (place: NginxPlace) => string): Promise<Nginx> {
  const folder = makeFolder()
  try {
    return await onOwnPort((port) => start({ port, folder }, http({ port, folder })))
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** The error that `nginx -t` reports for a configuration; undefined if it is valid. */
export async function problemWith(http: (place: NginxPlace) => string): Promise<string | undefined> {
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

async function start(place: NginxPlace, http: string): Promise<Nginx> {
  const { port, folder } = place
  const { child, exited, output } = await launch(folder, http)
  const stop = (): void => {
    child.kill('SIGTERM')
  }
  process.once('exit', stop)
  const ended = exited.then(() => {
    const isTaken = output().includes('Address already in use')
    throw Object.assign(new Error(`nginx ended: ${output()}`), isTaken ? { code: 'EADDRINUSE' } : {})
  })
  await Promise.race([hasWritten(pidFileIn(folder), child), ended])
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

async function launch(folder: string, http: string, ...more: string[]) {
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(folder, http))
  const { path, environment } = await provideProgram('nginx')
  const child = spawn(path, ['-p', folder, '-c', file, '-e', 'stderr', ...more], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()))
  return { child, exited: once(child, 'close'), output: () => text }
}

const pidFileIn = (folder: string): string => join(folder, 'nginx.pid')

/** Keeps all files in the folder, so that nginx runs as any user. */
function configuration(folder: string, http: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return [
    // Otherwise, if started by root, workers run as a user who may not read the folder.
    process.getuid?.() === 0 ? 'user root;' : '',
    'daemon off;',
    'worker_processes 1;',
    'error_log stderr warn;',
    `pid ${pidFileIn(folder)};`,
    'events { worker_connections 512; }',
    'http {',
    'access_log off;',
    ...kinds.map((kind) => `${kind}_temp_path ${folder}/temporary/${kind};`),
    http,
    '}',
  ].join('\n')
}

/** Resolves when nginx listens, as it then writes the file, or when it has ended. */
async function hasWritten(pidFile: string, child: ChildProcess): Promise<void> {
  while (!existsSync(pidFile) && child.exitCode === null) await delay(5)
}
