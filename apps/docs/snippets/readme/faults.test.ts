import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import bot from '../start/bot.ts'

test('a client is not affected by the faults that the server simulates', async () => {
  // #region faults
  const server = await startTestServer({ bot })
  server.cutConnections() // all, or those that match `({ path }) => path.endsWith('/listen')`
  server.delay(200) // delays all output of the server by 200 ms
  server.freeze() // keeps connections open, but processes nothing
  server.freeze({ holdOutput: true }) // processes, but sends nothing
  server.resume()
  server.drop() // drops the next request
  server.drop({ when: 'after' }) // processes it, but drops its response
  server.respond(
    { status: 429, type: 'RateLimited', retryAfter: 1 },
    { times: 3 },
  )
  server.expireReplay() // makes all positions that were sent so far unknown
  server.reset() // cancels drop and respond
  await server.restart() // keeps port and data, as do `stop()` or `kill()`, followed by `start()`
  // #endregion

  await createChat({ url: server.url }).connect()
  expect(server.requests.filter(({ path }) => path === '/users')).toHaveLength(
    1,
  )
  await server.close()
})
