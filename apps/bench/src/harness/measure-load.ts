import type { LoadProcess } from '../load/load-process.ts'
import type { LoadOptions } from '../load/request-load.ts'
import type { usage } from './answer-parent.ts'
import type { Sample } from './benchmark.ts'
import type { Child } from './child.ts'

/** Measures a server that answers requests one by one. */
export async function measureLoad(
  server: Child<{ usage: typeof usage }>,
  load: Child<LoadProcess>,
  options: LoadOptions & { set: string },
): Promise<Sample> {
  const before = await server.ask('usage')
  const loadBefore = await load.ask('usage')
  const { answered, elapsedMs, p50Ms, p99Ms } = await load.ask('run', options)
  const loadAfter = await load.ask('usage')
  const after = await server.ask('usage')
  return {
    'requests/s': (answered / elapsedMs) * 1000,
    'CPU µs/request': (after.cpuMicroseconds - before.cpuMicroseconds) / answered,
    'p50 ms': p50Ms,
    'p99 ms': p99Ms,
    'load CPU µs/request': (loadAfter.cpuMicroseconds - loadBefore.cpuMicroseconds) / answered,
  }
}
