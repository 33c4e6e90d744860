/** The process that sends requests: the same one for every subject of a benchmark. */
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { collectMatches } from './collect-matches.ts'
import { runLoad, type LoadOptions } from './request-load.ts'
import { openStreamListeners, type DeliveryOptions, type StreamListeners } from './stream-listeners.ts'

const requestSets = new Map<string, readonly Buffer[]>()
let listeners: StreamListeners | undefined

const handlers = {
  usage: measureUsage,
  /** Stores requests under a name for later calls of `run`. */
  storeRequests: ({ set, requests }: { set: string; requests: readonly string[] }) => {
    requestSets.set(set, toBytes(requests))
  },
  run: ({ set, ...options }: LoadOptions & { set: string }) => runLoad(requestSets.get(set) ?? [], options),
  collectMatches: (input: { requests: readonly string[]; port: number; pattern: string }) =>
    collectMatches(toBytes(input.requests), input.port, input.pattern),
  /** Opens one stream per request. */
  openStreams: async ({ port, requests }: { port: number; requests: readonly string[] }) => {
    listeners = await openStreamListeners({ port, requests })
  },
  measureDelivery: async (options: DeliveryOptions) => {
    if (!listeners) throw new Error('Unable to measure delivery; no streams are open.')
    return listeners.measureDelivery(options)
  },
  closeStreams: () => {
    listeners?.[Symbol.dispose]()
    listeners = undefined
  },
}
export type LoadProcess = typeof handlers

serveParent(handlers)

function toBytes(requests: readonly string[]): Buffer[] {
  return requests.map((request) => Buffer.from(request))
}
