import type { LoadProcess } from '../load/load-process.ts'
import type { LoadOptions } from '../load/request-load.ts'
import type { Sample } from './benchmark.ts'
import type { Child } from './child.ts'
import type { measureUsage } from './serve-parent.ts'

/** Measures throughput, latency and CPU time of a server under a request load. */
export async function measureLoad(
  server: Child<{ usage: typeof measureUsage }>,
  load: Child<LoadProcess>,
  options: LoadOptions & { set: string },
): Promise<Sample> {
  const before = await server.call('usage')
  const loadBefore = await load.call('usage')
  const { responses, elapsedMs, p50Ms, p99Ms } = await load.call('run', options)
  const loadAfter = await load.call('usage')
  const after = await server.call('usage')
  return {
    'requests/s': (responses / elapsedMs) * 1000,
    'CPU µs/request': (after.cpuMicroseconds - before.cpuMicroseconds) / responses,
    'p50 ms': p50Ms,
    'p99 ms': p99Ms,
    'load CPU µs/request': (loadAfter.cpuMicroseconds - loadBefore.cpuMicroseconds) / responses,
  }
}
