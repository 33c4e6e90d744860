import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { root } from '../run.mjs'

test.each(['SIGINT', 'SIGTERM'])(
  'stops its chat server when it gets %s',
  { timeout: 60_000 },
  async (signal) => {
    const runner = spawn(process.execPath, [join(root, 'scripts/installations/run.mjs'), 'node-esm'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const exited = once(runner, 'exit')
    const [line] = await once(createInterface(runner.stderr), 'line')
    const [url] = /http\S+/.exec(line)
    expect((await fetch(`${url}/hello`)).status).toBe(200)

    runner.kill(signal)
    await exited

    const connect = () => fetch(url).catch((error) => error.cause.code)
    await expect.poll(connect, { timeout: 30_000 }).toBe('ECONNREFUSED')
  },
)
