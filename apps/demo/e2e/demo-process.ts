import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const start = fileURLToPath(new URL('../server/start.ts', import.meta.url))
const startPaced = fileURLToPath(new URL('start-paced-demo.ts', import.meta.url))

/** `npm start` as a process of its own, set up already. */
export interface DemoProcess {
  readonly origin: string
  readonly port: number
  /** Its database. */
  readonly data: string
  /** Ends it; resolves with its exit code, null where the signal left it none. */
  stop: (signal: NodeJS.Signals) => Promise<number | null>
}

/** A demo whose bot waits for the test, so that nothing it does has passed before it was seen. */
export interface PacedDemo extends DemoProcess {
  /** Lets the bot say so many words from now on, or messages that are no text; then it waits. At first: any number. */
  allowWords: (count: number) => Promise<void>
}

export interface StartOptions {
  data: string
  /** Default: any free one. */
  port?: number | undefined
}

export async function startDemo(options: StartOptions): Promise<DemoProcess> {
  return untilReady(spawnDemo(start, options, { stdio: ['ignore', 'pipe', 'inherit'] }), options)
}

export async function startPacedDemo(options: StartOptions): Promise<PacedDemo> {
  const child = spawnDemo(startPaced, options, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // JSON knows no infinity.
    serialization: 'advanced',
  })
  return {
    ...(await untilReady(child, options)),
    async allowWords(count) {
      const heard = once(child, 'message')
      child.send({ words: count })
      await heard
    },
  }
}

/** Starts the demo where it cannot start, and returns how it ends. */
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
  // A word takes the bot no longer than it must.
  const args = ['--port', String(port), '--data', data, '--word-ms', '5']
  return spawn(process.execPath, [file, ...args], options)
}

async function untilReady(child: ChildProcess, { data }: StartOptions): Promise<DemoProcess> {
  const ended = once(child, 'exit')
  for await (const line of child.stdout ? createInterface(child.stdout) : []) {
    const origin = /^Parley demo: open (http:\S+)$/.exec(line)?.[1]
    if (!origin) continue
    return {
      origin,
      data,
      port: Number(new URL(origin).port),
      async stop(signal) {
        child.kill(signal)
        const [code] = (await ended) as [number | null]
        return code
      },
    }
  }
  throw new Error('the demo ended before it was ready')
}
