import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command `parley` in a process of its own. */
export interface Parley {
  /** Resolves with the first line on stdout. */
  firstLine(): Promise<string>
  /** Resolves when it has ended. */
  ended(): Promise<{ code: number | null; stdout: string; stderr: string }>
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void
}

export function parley(args: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Parley {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=parley-src', main, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const closed = once(child, 'close') as Promise<[number | null]>

  const ended = async () => {
    const [code] = await closed
    return { code, stdout, stderr }
  }
  const firstLine = async (): Promise<string> => {
    while (!stdout.includes('\n')) {
      const hasEnded = await Promise.race([
        once(child.stdout, 'data').then(() => false),
        closed.then(() => true),
      ])
      if (hasEnded && !stdout.includes('\n')) throw new Error(`parley ended without a line: ${stderr}`)
    }
    return stdout.slice(0, stdout.indexOf('\n'))
  }
  return { firstLine, ended, kill: (signal) => child.kill(signal) }
}

/** A folder outside of the repository, deleted at the end. */
export function temporaryFolder(): Disposable & { path: string; write(name: string, text: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'parley-cli-'))
  return {
    path,
    write: (name, text) => {
      writeFileSync(join(path, name), text)
      return join(path, name)
    },
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true })
    },
  }
}
