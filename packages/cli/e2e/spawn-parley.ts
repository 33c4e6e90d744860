import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command `parley` in a separate process. */
export interface ParleyProcess {
  /** Resolves with the first line on stdout. */
  firstLine(): Promise<string>
  /** Resolves when the process has exited. */
  waitForExit(): Promise<{ code: number | null; stdout: string; stderr: string }>
  /** Resolves when stdout or stderr contains the text. */
  waitForOutput(text: string): Promise<void>
  /** Writes to stdin. Requires `isStdinOpen`. */
  write(text: string): void
  /** Ends stdin. */
  end(): void
  /** Closes the pipes of stdout and stderr, as the end of the parent process would. */
  stopReading(): void
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void
}

export interface ParleyOptions {
  cwd?: string
  env?: Record<string, string>
  /** The initial input. Default: none. */
  stdin?: string
  /** Keeps stdin open for `write`. Default: false. */
  isStdinOpen?: boolean
  nodeArguments?: string[]
}

export function spawnParley(args: string[], options: ParleyOptions = {}): ParleyProcess {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--conditions=parley-src', ...(options.nodeArguments ?? []), main, ...args],
    {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: 'pipe',
    },
  )
  child.stdin.on('error', () => {})
  child.stdin.write(options.stdin ?? '')
  if (!options.isStdinOpen) child.stdin.end()
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const closed = once(child, 'close') as Promise<[number | null]>

  const waitForExit = async () => {
    const [code] = await closed
    return { code, stdout, stderr }
  }
  const firstLine = async (): Promise<string> => {
    while (!stdout.includes('\n')) {
      const hasEnded = await Promise.race([
        once(child.stdout, 'data').then(() => false),
        closed.then(() => true),
      ])
      if (hasEnded && !stdout.includes('\n'))
        throw new Error(`Unable to read the first line; parley exited. stderr: ${stderr}`)
    }
    return stdout.slice(0, stdout.indexOf('\n'))
  }
  const waitForOutput = async (text: string): Promise<void> => {
    while (!stdout.includes(text) && !stderr.includes(text)) {
      const outputEvents = [once(child.stdout, 'data'), once(child.stderr, 'data')].map((event) =>
        event.then(() => false),
      )
      const hasEnded = await Promise.race([...outputEvents, closed.then(() => true)])
      if (hasEnded)
        throw new Error(`Unable to find ${text} in the output; parley exited. Output: ${stdout}${stderr}`)
    }
  }
  return {
    firstLine,
    waitForExit,
    waitForOutput,
    write: (text) => {
      child.stdin.write(text)
    },
    end: () => {
      child.stdin.end()
    },
    stopReading: () => {
      child.stdout.destroy()
      child.stderr.destroy()
    },
    kill: (signal) => child.kill(signal),
  }
}

/** Creates a folder outside of the repository. Deletes it on disposal. */
export function createTemporaryFolder(): Disposable & {
  path: string
  write(name: string, text: string): string
} {
  const path = mkdtempSync(join(tmpdir(), 'parley-cli-'))
  return {
    path,
    write: (name, text) => {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), text)
      return join(path, name)
    },
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true })
    },
  }
}
