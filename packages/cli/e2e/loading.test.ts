import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { spawnParley, createTemporaryFolder } from './spawn-parley.ts'

/** Prints every loaded module on stderr. */
const loadLogger = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module'
registerHooks({ load: (url, context, next) => (process.stderr.write('loaded ' + url + '\\n'), next(url, context)) })
`)}`
const nodeArguments = ['--import', loadLogger]

test('chat loads no module of the server, and serve none of the client', async () => {
  using folder = createTemporaryFolder()
  await using server = await startTestServer()
  const env = { XDG_STATE_HOME: folder.path }

  const chat = await spawnParley(['chat', server.url, '--wait', '0'], { env, nodeArguments }).waitForExit()
  const serving = spawnParley(['serve', '--port', '0', '--data', ':memory:'], {
    cwd: folder.path,
    nodeArguments,
  })
  await serving.firstLine()
  serving.kill('SIGTERM')
  const serve = await serving.waitForExit()

  expect(chat).toMatchObject({ code: 0 })
  expect(chat.stderr).toMatch(/packages\/rx\/src/)
  expect(chat.stderr).not.toMatch(/packages\/server\/|fastify/)
  expect(serve.stderr).toMatch(/packages\/server\/src/)
  expect(serve.stderr).not.toMatch(/packages\/rx\/|packages\/core\/src\/client|rxjs|src\/chat\/chat\.ts/)
})
