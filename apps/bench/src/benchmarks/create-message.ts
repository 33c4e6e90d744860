import { join } from 'node:path'
import type { Benchmark, Cell, Target } from '../harness/benchmark.ts'
import type { Lab } from '../harness/lab.ts'
import { measureLoad } from '../harness/measure-load.ts'
import type { LoadProcess } from '../load/load-process.ts'
import { makePeople, messageRequest } from '../load/people.ts'
import type { EchoServer } from '../servers/echo-server.ts'
import type { OneCommitServer } from '../servers/one-commit-server.ts'
import type { ParleyServer } from '../servers/parley-server.ts'

const people = 1_000

/** Durable messages, with key check and permission check, from many at once. */
export const createMessage: Benchmark = benchmark({
  name: 'create-message',
  what: 'createMessage, durable, 300 B in and 400 B out, 1,000 users with a conversation each, 64 connections',
  connections: 64,
  targets: [
    {
      what: 'requests/s, × echo',
      measure: 'requests/s',
      of: 'parley',
      over: 'node:http echo',
      atLeast: 0.5,
    },
    {
      what: 'requests/s, × one commit each',
      measure: 'requests/s',
      of: 'parley',
      over: 'one commit each',
      atLeast: 4,
    },
    {
      what: 'CPU per request, × echo',
      measure: 'CPU µs/request',
      of: 'parley',
      over: 'node:http echo',
      atMost: 2.4,
    },
  ],
})

/** The same for one caller, who waits for each answer. */
export const createMessageOne: Benchmark = benchmark({
  name: 'create-message-one',
  what: 'the same on one connection',
  connections: 1,
  targets: [
    { what: 'p50, × one commit each', measure: 'p50 ms', of: 'parley', over: 'one commit each', atMost: 1.5 },
  ],
})

function benchmark(options: {
  name: string
  what: string
  connections: number
  targets: readonly Target[]
}): Benchmark {
  return { ...options, open: (lab) => open(lab, options.connections) }
}

async function open(lab: Lab, connections: number): Promise<Cell[]> {
  const folder = lab.temporaryFolder()
  const load = await lab.start<LoadProcess>('load/load-process.ts')
  const parley = await lab.start<ParleyServer>('servers/parley-server.ts', { isOurs: true })
  const echo = await lab.start<EchoServer>('servers/echo-server.ts')
  const oneCommit = await lab.start<OneCommitServer>('servers/one-commit-server.ts')

  const { port } = await parley.ask('start', { path: join(folder, 'parley.db') })
  const { port: echoPort } = await echo.ask('start')
  const { port: oneCommitPort } = await oneCommit.ask('start', { path: join(folder, 'one-commit.db') })
  const everyone = await makePeople(load, { port, count: people })
  await load.ask('keep', { set: 'messages', requests: everyone.map(messageRequest) })

  const shared = { set: 'messages', connections, seconds: lab.seconds }
  return [
    { name: 'parley', run: () => measureLoad(parley, load, { ...shared, port }) },
    { name: 'node:http echo', run: () => measureLoad(echo, load, { ...shared, port: echoPort }) },
    { name: 'one commit each', run: () => measureLoad(oneCommit, load, { ...shared, port: oneCommitPort }) },
  ]
}
