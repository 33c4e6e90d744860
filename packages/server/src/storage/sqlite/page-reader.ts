import { Worker } from 'node:worker_threads'
import type { PageRequest, ReadPage } from './message-pages.ts'
import type { PageGroup } from './page-reader-worker.ts'

/** Reads pages of messages: here while few ask, in a thread of its own once many do. */
export interface PageReader {
  /** The page as JSON, a text or its UTF-8. */
  readonly read: (request: PageRequest) => Promise<string | Uint8Array | undefined>
  close(): Promise<void>
}

interface Waiting {
  readonly request: PageRequest
  resolve(page: string | Uint8Array | undefined): void
  reject(reason: unknown): void
}

/** Once so many ask in one turn of the event loop, a thread is worth its while. It is given no more at a time, and two at least. */
const mostHeldBack = 8

export interface PageReaderOptions {
  /** Of the database. */
  readonly path: string
  readonly readHere: ReadPage
}

export function createPageReader({ path, readHere }: PageReaderOptions): PageReader {
  /** What came in this turn of the event loop. */
  let queue: Waiting[] = []
  let worker: Worker | undefined
  let state: 'none' | 'starting' | 'ready' | 'gone' = 'none'
  /** What the thread has, in its order. */
  const underWay: Waiting[][] = []

  const answerHere = (waiting: Waiting): void => {
    try {
      waiting.resolve(readHere(waiting.request))
    } catch (fault) {
      waiting.reject(fault)
    }
  }

  const send = (): void => {
    const group = queue
    queue = []
    if (state !== 'ready' || group.length < 2) {
      for (const waiting of group) answerHere(waiting)
      return
    }
    underWay.push(group)
    worker?.postMessage(JSON.stringify(group.map(({ request }) => request)))
  }

  const start = (): void => {
    state = 'starting'
    const file = import.meta.url.endsWith('.ts') ? './page-reader-worker.ts' : './page-reader-worker.js'
    worker = new Worker(new URL(file, import.meta.url), { workerData: path })
    worker.once('message', () => {
      if (state === 'starting') state = 'ready'
      worker?.on('message', (pages: PageGroup) => {
        for (const [index, waiting] of (underWay.shift() ?? []).entries()) waiting.resolve(pages[index])
      })
    })
    // Without it there is still this thread, which also says what is wrong.
    worker.on('error', () => {})
    worker.once('exit', () => {
      state = 'gone'
      for (const waiting of underWay.splice(0).flat()) answerHere(waiting)
    })
    worker.unref()
  }

  return {
    read: (request) =>
      new Promise((resolve, reject) => {
        const count = queue.push({ request, resolve, reject })
        if (count === 1) setImmediate(send)
        if (count < mostHeldBack) return
        if (state === 'none') {
          try {
            start()
          } catch {
            // It may not be allowed.
            state = 'gone'
          }
        }
        if (state === 'ready') send()
      }),
    close: async () => {
      state = 'gone'
      await worker?.terminate()
    },
  }
}
