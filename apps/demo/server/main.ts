import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createDemoBot, type Pause } from './demo-bot.ts'
import { startDemoServer, type DemoServer } from './demo-server.ts'
import { describeStartError } from './describe-start-error.ts'

const usage = 'Usage: npm start -- [--port 3000] [--host 127.0.0.1] [--data .parley/parley.db] [--word-ms 45]'

/** Serves the Chat API, the demo bot and the page on one port. Only this file reads arguments and the environment. */
export async function main({ pause }: { pause?: Pause } = {}): Promise<void> {
  try {
    await run(readOptions(), pause)
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
  }
}

async function run(options: ReturnType<typeof readOptions>, pause: Pause | undefined): Promise<void> {
  const server = await startDemoServer({
    ...options,
    page: fileURLToPath(new URL('../dist', import.meta.url)),
    bot: createDemoBot({ wordMs: options.wordMs, ...(pause && { pause }) }),
  }).catch((error: unknown) => fail(describeStartError(error, options)))

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop(server))
  server.closed.catch(() =>
    fail('Unable to continue; the server failed. See the cause in its log, and start it again.'),
  )
  console.log(`Parley demo: open ${server.origin}`)
}

/** Exits explicitly, because open handles such as a bot's timer would keep the process running. */
async function stop(server: DemoServer): Promise<void> {
  try {
    await server.close()
    process.exit(0)
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error))
  }
}

function readOptions(): { port: number; host: string; data: string; wordMs: number } {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      data: { type: 'string' },
      'word-ms': { type: 'string', default: '45' },
    },
  })
  return {
    port: readNumber('port', values.port ?? process.env['PORT'] ?? '3000', 65_535),
    wordMs: readNumber('word-ms', values['word-ms'], 10_000),
    host: values.host ?? '127.0.0.1',
    data: values.data
      ? resolve(values.data)
      : fileURLToPath(new URL('../../../.parley/parley.db', import.meta.url)),
  }
}

function readNumber(name: string, text: string, max: number): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isInteger(number) && number >= 0 && number <= max) return number
  throw new Error(`Unable to use "${text}" as --${name}; expected a whole number from 0 to ${max}.`)
}

function fail(line: string): never {
  console.error(line)
  process.exit(1)
}
