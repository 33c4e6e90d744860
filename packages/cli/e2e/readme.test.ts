import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { spawnParley, createTemporaryFolder } from './spawn-parley.ts'

const snippets = new URL('../../../apps/docs/snippets/start/', import.meta.url)
const [bot = '', client = ''] = ['bot.ts', 'core.ts'].map((name) =>
  readFileSync(new URL(name, snippets), 'utf8'),
)
const here = fileURLToPath(new URL('.', import.meta.url))

test("the README's bot and client work together without changes", async () => {
  using folder = createTemporaryFolder()
  const args = ['serve', '--port', '0', '--data', ':memory:', '--bot', folder.write('bot.ts', bot)]
  const server = spawnParley(args, { cwd: folder.path })
  const url = (await server.firstLine()).replace('parley listening on ', '')

  // From inside this package, so that it finds the client.
  const pasted = client.replace('http://127.0.0.1:3000/demo', url)
  const run = ['--conditions=parley-src', '--input-type=module-typescript', '--eval', pasted]
  const { stdout } = await promisify(execFile)(process.execPath, run, { cwd: here })
  server.kill('SIGTERM')
  await server.waitForExit()

  expect(stdout).toBe('You said: Hello\n')
})
