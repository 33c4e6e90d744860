import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Request } from '../../domain/commands.ts'
import type { Effect } from '../../domain/records.ts'
import { Refusal } from '../../domain/refusal.ts'
import type { BatchResult, Outcome } from './batch.ts'
import type { WriterData } from './writer-worker.ts'

/** Hands requests to the writing thread, those of one turn of the event loop and of one commit together. */
export interface Writer {
  execute(request: Request): Promise<unknown>
  onCommit(listener: (effects: readonly Effect[]) => void): void
  close(): Promise<void>
}

interface Waiting {
  readonly request: Request
  resolve(value: unknown): void
  reject(reason: unknown): void
}

const mostInBatch = 500

/** @throws Error if the database cannot be opened. */
export async function startWriter(data: WriterData): Promise<Writer> {
  const file = import.meta.url.endsWith('.ts') ? './writer-worker.ts' : './writer-worker.js'
  const worker = new Worker(new URL(file, import.meta.url), { workerData: data })
  await once(worker, 'message')

  let queue: Waiting[] = []
  let underWay: Waiting[] = []
  let listener: (effects: readonly Effect[]) => void = () => {}
  let isScheduled = false
  let failure: Error | undefined

  const send = (): void => {
    isScheduled = false
    if (underWay.length > 0 || queue.length === 0) return
    underWay = queue.splice(0, mostInBatch)
    worker.postMessage(underWay.map((waiting) => waiting.request))
  }

  worker.on('message', ({ outcomes, effects }: BatchResult) => {
    const done = underWay
    underWay = []
    send()
    // INV-2: the commit has reached the disk; now listeners may hear of it, and then whoever asked.
    listener(effects)
    for (const [index, waiting] of done.entries()) settle(waiting, outcomes[index])
  })

  const fail = (cause: unknown): void => {
    failure ??= new Error('the storage has stopped', { cause })
    const lost = [...underWay, ...queue]
    queue = []
    underWay = []
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
        queue.push({ request, resolve, reject })
        if (isScheduled || underWay.length > 0) return
        isScheduled = true
        setImmediate(send)
      }),
    onCommit: (given) => {
      listener = given
    },
    close: async () => {
      while (!failure && queue.length + underWay.length > 0) {
        await Promise.allSettled([new Promise((resolve) => worker.once('message', resolve))])
      }
      worker.postMessage('close')
      await exited
    },
  }
}

function settle(waiting: Waiting, outcome: Outcome | undefined): void {
  if (outcome && 'value' in outcome) waiting.resolve(outcome.value)
  else if (outcome && 'refusal' in outcome)
    waiting.reject(new Refusal(outcome.refusal.type, outcome.refusal.message))
  else waiting.reject(outcome?.fault ?? new Error('the writer gave no outcome'))
}
