import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A server in a separate process. */
export interface ChildServer {
  readonly url: string
  readonly child: ChildProcess
  /** Sends the signal. Resolves with the exit code, or null if the signal ended the process. */
  stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
}

export async function startChildServer(
  data: string,
  options: { bot?: string; env?: Record<string, string>; port?: number; shell?: string } = {},
): Promise<ChildServer> {
  const { bot = '', port = 0 } = options
  const script = fileURLToPath(new URL('./serve-process.ts', import.meta.url))
  const args = ['--conditions=parley-src', script, data, bot, String(port)]
  // A shell can set the limits of the process before it becomes the server.
  const [command, ...commandArgs] =
    options.shell === undefined
      ? [process.execPath, ...args]
      : ['sh', '-c', options.shell, process.execPath, ...args]
  const child = spawn(command, commandArgs, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  // The child inherits our error output. If it survived a failed test, the test run would not end.
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    exited.then(([code]) => Promise.reject(new Error(`the server ended with ${code}`))),
  ])) as [Buffer]
  return {
    url: line.toString().trim(),
    child,
    stop: async (signal) => {
      child.kill(signal)
      const [code] = await exited
      return code
    },
  }
}

/** Creates a folder that is deleted when it is disposed. */
export function temporaryFolder(): Disposable & { file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'parley-test-'))
  return {
    file: (name) => join(path, name),
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true })
    },
  }
}
