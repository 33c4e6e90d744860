import { expect, test } from 'vitest'
import { startChildServer, temporaryFolder } from './support/child-server.ts'
import { storeBacklog } from './support/store-backlog.ts'

test.each([1, 900])(
  'a server with a heap of 700 MB starts with a backlog of 900 messages of 1 MiB in %i conversations',
  async (conversationCount) => {
    using folder = temporaryFolder()
    const data = folder.file('parley.db')
    const messages = Array.from({ length: 900 }, (_, n) => ({
      conversationId: `c${n % conversationCount}`,
      text: `${n}`.padEnd(1024 * 1024 - 100),
    }))
    await storeBacklog(data, messages)
    const options = { bot: 'answers-when-released', env: { NODE_OPTIONS: '--max-old-space-size=700' } }

    const server = await startChildServer(data, options)
    const response = await fetch(`${server.url}/hello`)
    await server.stop('SIGKILL')

    expect(response.status).toBe(200)
  },
  300_000,
)
