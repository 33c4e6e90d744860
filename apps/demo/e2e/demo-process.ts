import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const start = fileURLToPath(new URL('../server/start.ts', import.meta.url))

/** `npm start` as a process of its own, set up already. */
export interface DemoProcess {
  readonly origin: string
  readonly port: number
  /** Its database. */
  readonly data: string
  /** Ends it; resolves with its exit code, null where the signal left it none. */
  stop: (signal: NodeJS.Signals) => Promise<number | null>
}

export interface StartOptions {
  data: string
  /** Default: any free one. */
  port?: number
  /** How long the bot takes for a word. */
  wordMs: number
}

export async function startDemo({ data, port = 0, wordMs }: StartOptions): Promise<DemoProcess> {
  const args = ['--port', String(port), '--data', data, '--word-ms', String(wordMs)]
  const child = spawn(process.execPath, [start, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
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
