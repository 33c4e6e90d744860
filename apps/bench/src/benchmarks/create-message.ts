import { join } from 'node:path'
import type { BenchContext } from '../harness/bench-context.ts'
import type { Benchmark, Subject, Target } from '../harness/benchmark.ts'
import { measureLoad } from '../harness/measure-load.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { createUsers, formatMessageRequest } from '../load/users.ts'
import type { EchoServer } from '../servers/echo-server.ts'
import type { OneCommitServer } from '../servers/one-commit-server.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

const userCount = 1_000

/** Durable messages from many concurrent clients, with authentication and permission checks. */
export const createMessage: Benchmark = defineBenchmark({
  name: 'create-message',
  description:
    'createMessage, durable, 300 B request, 400 B response, 1,000 users with one conversation each, 64 connections',
  connections: 64,
  targets: [
    {
      description: 'requests/s, × echo',
      metric: 'requests/s',
      subject: 'parley',
      baseline: 'node:http echo',
      min: 0.5,
    },
    {
      description: 'requests/s, × one commit per message',
      metric: 'requests/s',
      subject: 'parley',
      baseline: 'one commit per message',
      min: 4,
    },
    {
      description: 'CPU per request, × echo',
      metric: 'CPU µs/request',
      subject: 'parley',
      baseline: 'node:http echo',
      max: 2.4,
    },
  ],
})

/** The same workload with one request in flight. */
export const createMessageOne: Benchmark = defineBenchmark({
  name: 'create-message-one',
  description: 'createMessage as above, on one connection',
  connections: 1,
  targets: [
    {
      description: 'p50, × one commit per message',
      metric: 'p50 ms',
      subject: 'parley',
      baseline: 'one commit per message',
      max: 1.5,
    },
  ],
})

function defineBenchmark(options: {
  name: string
  description: string
  connections: number
  targets: readonly Target[]
}): Benchmark {
  return { ...options, open: (context) => openSubjects(context, options.connections) }
}

async function openSubjects(context: BenchContext, connections: number): Promise<Subject[]> {
  const folder = context.createTemporaryFolder()
  const load = await context.start<LoadProcess>('load/load-process.ts')
  const parley = await context.start<ParleyServer>('servers/parley-server.ts', { isParley: true })
  const echo = await context.start<EchoServer>('servers/echo-server.ts')
  const oneCommit = await context.start<OneCommitServer>('servers/one-commit-server.ts')

  const { port } = await parley.call('start', { path: join(folder, 'parley.db') })
  const { port: echoPort } = await echo.call('start')
  const { port: oneCommitPort } = await oneCommit.call('start', { path: join(folder, 'one-commit.db') })
  const users = await createUsers(load, { port, count: userCount })
  await load.call('storeRequests', { set: 'messages', requests: users.map(formatMessageRequest) })

  const shared = { set: 'messages', connections, seconds: context.seconds }
  return [
    { name: 'parley', run: () => measureLoad(parley, load, { ...shared, port }) },
    { name: 'node:http echo', run: () => measureLoad(echo, load, { ...shared, port: echoPort }) },
    {
      name: 'one commit per message',
      run: () => measureLoad(oneCommit, load, { ...shared, port: oneCommitPort }),
    },
  ]
}
