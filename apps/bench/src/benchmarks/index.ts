import type { Benchmark } from '../harness/benchmark.ts'
import { bundle } from './bundle.ts'
import { createMessage, createMessageOne } from './create-message.ts'
import { embedding } from './embedding.ts'
import { fanOut } from './fan-out.ts'
import { history } from './history.ts'
import { idleListeners } from './idle-listeners.ts'
import { listMessages } from './list-messages.ts'
import { signals } from './signals.ts'
import { start } from './start.ts'

/** All benchmarks, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  createMessage,
  createMessageOne,
  embedding,
  listMessages,
  fanOut,
  idleListeners,
  bundle,
  signals,
  history,
  start,
]
