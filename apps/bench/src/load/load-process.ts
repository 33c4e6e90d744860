/** The process that asks: the same one for every cell of a benchmark. */
import { answerParent, usage } from '../harness/answer-parent.ts'
import { collect } from './collect.ts'
import { openListeners, type DeliverOptions, type Listeners } from './listeners.ts'
import { runLoad, type LoadOptions } from './request-load.ts'

const sets = new Map<string, readonly Buffer[]>()
let listeners: Listeners | undefined

const handlers = {
  usage,
  /** Keeps requests for later runs under a name. */
  keep: ({ set, requests }: { set: string; requests: readonly string[] }) => {
    sets.set(set, toBytes(requests))
  },
  run: ({ set, ...options }: LoadOptions & { set: string }) => runLoad(sets.get(set) ?? [], options),
  collect: ({ requests, port, pattern }: { requests: readonly string[]; port: number; pattern: string }) =>
    collect(toBytes(requests), port, pattern),
  /** Opens a stream with each request. */
  listen: async ({ port, requests }: { port: number; requests: readonly string[] }) => {
    listeners = await openListeners({ port, requests })
  },
  deliver: async (options: DeliverOptions) => {
    if (!listeners) throw new Error('nobody listens')
    return listeners.deliver(options)
  },
  hangUp: () => {
    listeners?.[Symbol.dispose]()
    listeners = undefined
  },
}
export type LoadProcess = typeof handlers

answerParent(handlers)

function toBytes(requests: readonly string[]): Buffer[] {
  return requests.map((request) => Buffer.from(request))
}
