import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Request } from '../../domain/commands.ts'
import type { Effect } from '../../domain/records.ts'
import { Refusal } from '../../domain/refusal.ts'
import { decodeResult, encodeRequests } from './batch-text.ts'
import type { Outcome } from './batch.ts'
import type { WriterData } from './writer-worker.ts'

/**
 * Hands requests to the writing thread, those of one turn of the event loop together. Of a long turn it is given some
 * while the others are still being read: neither thread waits for the other.
 */
export interface Writer {
  execute(request: Request): Promise<unknown>
  onCommit(listener: (effects: readonly Effect[]) => void): void
  /** Resolves when everything that was given is written. */
  flush(): Promise<void>
  close(): Promise<void>
  /** Ends the thread wherever it is, as a crash would. */
  kill(): Promise<void>
}

interface Waiting {
  readonly request: Request
  resolve(value: unknown): void
  reject(reason: unknown): void
}

/** About as many as make a commit cheap for each of them. */
const mostHeldBack = 32

/** @throws Error if the database cannot be opened. */
export async function startWriter(data: WriterData): Promise<Writer> {
  const file = import.meta.url.endsWith('.ts') ? './writer-worker.ts' : './writer-worker.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: data })
  await once(worker, 'message')

  /** What came in this turn of the event loop. */
  let queue: Waiting[] = []
  /** What the writing thread has, in its order. */
  const underWay: Waiting[] = []
  let listener: (effects: readonly Effect[]) => void = () => {}
  let failure: Error | undefined

  const send = (): void => {
    if (queue.length === 0) return
    const requests = queue
    queue = []
    underWay.push(...requests)
    worker.postMessage(encodeRequests(requests.map((waiting) => waiting.request)))
  }

  worker.on('message', (text: string) => {
    const { outcomes, effects } = decodeResult(text, (index) => underWay[index]?.request)
    const done = underWay.splice(0, outcomes.length)
    // INV-2: the commit has reached the disk; now listeners may hear of it, and then whoever asked.
    try {
      listener(effects)
    } finally {
      for (const [index, outcome] of outcomes.entries()) {
        const waiting = done[index]
        if (waiting) settle(waiting, outcome)
      }
    }
  })

  const fail = (cause: unknown): void => {
    failure ??= new Error('the storage has stopped', { cause })
    const lost = [...underWay.splice(0), ...queue]
    queue = []
    for (const waiting of lost) waiting.reject(failure)
  }
  worker.on('error', fail)
  const exited = once(worker, 'exit').then(fail)

  return {
    execute: (request) =>
      new Promise((resolve, reject) => {
        if (failure) {
          reject(failure)
          return
        }
        const count = queue.push({ request, resolve, reject })
        if (count === 1) setImmediate(send)
        else if (count === mostHeldBack) send()
      }),
    onCommit: (given) => {
      listener = given
    },
    flush: async () => {
      while (!failure && queue.length + underWay.length > 0) {
        await Promise.race([once(worker, 'message'), exited])
      }
    },
    close: async () => {
      worker.postMessage('close')
      await exited
    },
    kill: async () => {
      fail('it was killed')
      await worker.terminate()
    },
  }
}

function settle(waiting: Waiting, outcome: Outcome): void {
  if ('fault' in outcome) waiting.reject(outcome.fault)
  else if ('refusal' in outcome) {
    waiting.reject(new Refusal(outcome.refusal.type, outcome.refusal.message))
  } else waiting.resolve(outcome.value)
}
