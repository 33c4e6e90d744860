import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { snippetsFolder } from './snippet-source.ts'

export interface RunningProgram extends AsyncDisposable {
  /** The first line that it printed, such as its address. */
  readonly line: string
  /** Sends SIGTERM, and resolves to the exit code. */
  stop(): Promise<number | null>
}

export interface StartProgramOptions {
  args?: string[]
  env?: Record<string, string>
  /** The working directory. Default: an empty folder. */
  cwd?: string
}

/**
 * Starts a server of the pages in Node, on a free port.
 *
 * @param path - From `apps/docs/snippets`.
 */
export async function startProgram(
  path: string,
  options: StartProgramOptions = {},
): Promise<RunningProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-docs-'))
  const { args = [], env = {}, cwd = folder } = options
  const program = ['--conditions=parley-src', join(snippetsFolder, path)]
  const child = spawn(process.execPath, [...program, ...args], {
    cwd,
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()))
  const exited = once(child, 'close') as Promise<[number | null]>
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM')
    const [code] = await exited
    rmSync(folder, { recursive: true, force: true })
    return code
  }

  const lines = createInterface(child.stdout)
  const first = once(lines, 'line') as Promise<[string]>
  const line = await Promise.race([
    first.then(([text]) => text),
    exited.then(() => {
      throw new Error(`${path} ended: ${errors}`)
    }),
  ])
  return {
    line,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
    },
  }
}
