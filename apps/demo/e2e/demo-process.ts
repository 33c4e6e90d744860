import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const start = fileURLToPath(new URL('../server/start.ts', import.meta.url))
const startPaced = fileURLToPath(new URL('start-paced-demo.ts', import.meta.url))

/** The process that `npm start` runs after the setup. */
export interface DemoProcess {
  readonly origin: string
  readonly port: number
  /** The database file. */
  readonly data: string
  /** Stops the process. Resolves with the exit code, or null if the signal ended it. */
  stop: (signal: NodeJS.Signals) => Promise<number | null>
}

/** A demo whose bot waits for the test, so that the test can observe every intermediate state. */
export interface PacedDemo extends DemoProcess {
  /** Allows the bot this many more words; a message that is not text counts as one. Initially unlimited. */
  allowWords: (count: number) => Promise<void>
  /** Makes the bot fail instead of writing the next word. */
  fail: () => Promise<void>
}

export interface StartOptions {
  data: string
  /** Default: a free port. */
  port?: number | undefined
}

export async function startDemo(options: StartOptions): Promise<DemoProcess> {
  return waitUntilReady(spawnDemo(start, options, { stdio: ['ignore', 'pipe', 'inherit'] }), options)
}

export async function startPacedDemo(options: StartOptions): Promise<PacedDemo> {
  const child = spawnDemo(startPaced, options, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // JSON cannot represent Infinity.
    serialization: 'advanced',
  })
  const send = async (message: { words: number } | { fail: true }): Promise<void> => {
    const acknowledged = once(child, 'message')
    child.send(message)
    await acknowledged
  }
  return {
    ...(await waitUntilReady(child, options)),
    allowWords: (words) => send({ words }),
    fail: () => send({ fail: true }),
  }
}

/** Runs a demo that is expected to exit, and returns its output. */
export async function runDemo(
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [start, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

function spawnDemo(file: string, { data, port = 0 }: StartOptions, options: SpawnOptions): ChildProcess {
  // A short delay per word keeps the tests fast.
  const args = ['--port', String(port), '--data', data, '--word-ms', '5']
  return spawn(process.execPath, [file, ...args], options)
}

async function waitUntilReady(child: ChildProcess, { data }: StartOptions): Promise<DemoProcess> {
  const exited = once(child, 'exit')
  for await (const line of child.stdout ? createInterface(child.stdout) : []) {
    const origin = /^Parley demo: open (http:\S+)$/.exec(line)?.[1]
    if (!origin) continue
    return {
      origin,
      data,
      port: Number(new URL(origin).port),
      async stop(signal) {
        child.kill(signal)
        const [code] = (await exited) as [number | null]
        return code
      },
    }
  }
  throw new Error('The demo exited before it was ready')
}
