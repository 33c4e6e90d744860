import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'

/** The `workerData` of our workers. */
export interface WorkerStart<Data> {
  readonly data: Data
  /** A separate port, as `node --watch` uses the default port of a worker for its own messages. */
  readonly port: MessagePort
}

export interface StartedWorker {
  readonly worker: Worker
  readonly port: MessagePort
}

export function startWorker(name: 'writer-worker' | 'page-reader-worker', data: unknown): StartedWorker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const { port1, port2 } = new MessageChannel()
  const workerData: WorkerStart<unknown> = { data, port: port2 }
  const worker = new Worker(new URL(`./${name}.${extension}`, import.meta.url), {
    workerData,
    transferList: [port2],
  })
  return { worker, port: port1 }
}
