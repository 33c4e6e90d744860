import { join } from 'node:path'
import type { Benchmark, Subject } from '../harness/benchmark.ts'
import { measureLoad } from '../harness/measure-load.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { createUsers, formatMessageRequest } from '../load/users.ts'
import type { EchoServer } from '../servers/echo-server.ts'
import type { EmbeddedServer } from '../servers/embedded-server.ts'
import type { HonoEchoServer } from '../servers/hono-echo-server.ts'

const userCount = 1_000
const connections = 64

/** The same messages as `createMessage`, to a server that is embedded in an app. */
export const embedding: Benchmark = {
  name: 'embedding',
  description:
    'createMessage as above, to a server embedded through nodeHandlers, and through chat.fetch in Hono',
  targets: [
    {
      description: 'CPU per request, × nodeHandlers',
      metric: 'CPU µs/request',
      subject: 'chat.fetch in Hono',
      baseline: 'nodeHandlers',
      max: 3,
    },
  ],
  open: async (context) => {
    const folder = context.createTemporaryFolder()
    const load = await context.start<LoadProcess>('load/load-process.ts')
    const echo = await context.start<EchoServer>('servers/echo-server.ts')
    const honoEcho = await context.start<HonoEchoServer>('servers/hono-echo-server.ts')
    const embedded = async (name: string, embedding: 'nodeHandlers' | 'fetch'): Promise<Subject> => {
      const server = await context.start<EmbeddedServer>('servers/embedded-server.ts')
      const { port } = await server.call('start', { path: join(folder, `${embedding}.db`), embedding })
      const users = await createUsers(load, { port, count: userCount })
      await load.call('storeRequests', { set: embedding, requests: users.map(formatMessageRequest) })
      const options = { set: embedding, connections, seconds: context.seconds, port }
      return { name, run: () => measureLoad(server, load, options) }
    }
    const subjects = [
      await embedded('chat.fetch in Hono', 'fetch'),
      await embedded('nodeHandlers', 'nodeHandlers'),
    ]
    const { port: echoPort } = await echo.call('start')
    const { port: honoPort } = await honoEcho.call('start')
    const shared = { set: 'nodeHandlers', connections, seconds: context.seconds }
    return [
      ...subjects,
      { name: 'Hono echo', run: () => measureLoad(honoEcho, load, { ...shared, port: honoPort }) },
      { name: 'node:http echo', run: () => measureLoad(echo, load, { ...shared, port: echoPort }) },
    ]
  },
}
