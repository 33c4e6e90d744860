import { limitConcurrency } from './limit-concurrency.ts'
import type { PageRequest, RenderMessagePage } from './message-page-renderer.ts'
import type { PageGroup } from './page-reader-worker.ts'
import { startWorker, type StartedWorker } from './start-worker.ts'

/** Reads pages of messages: here while few ask, in a thread of its own once many do. */
export interface PageReader {
  /** The page as JSON, a text or its UTF-8. */
  readonly read: (request: PageRequest) => Promise<string | Uint8Array | undefined>
  close(): Promise<void>
}

interface QueuedRead {
  readonly request: PageRequest
  resolve(page: string | Uint8Array | undefined): void
  reject(reason: unknown): void
}

/** Once so many ask in one turn of the event loop, a thread is worth its while. It is given no more at a time, and two at least. */
const threadQueueLength = 8

/** A page may have 1 MiB, and is in memory twice until it has been sent. */
const maxConcurrentReads = 32

/** The first and the longest delay before a dead thread is restarted. The delay doubles each time. */
const minRestartDelayMs = 1_000
const maxRestartDelayMs = 60_000

export interface PageReaderOptions {
  /** Of the database. */
  readonly path: string
  readonly renderLocally: RenderMessagePage
  /** Called when the thread dies or cannot be started. Meanwhile, this thread reads pages. */
  readonly onThreadFailure?: (error: unknown) => void
  /** Monotonic milliseconds. Default: `performance.now`. */
  readonly monotonicNow?: () => number
}

export function createPageReader({
  path,
  renderLocally: readHere,
  onThreadFailure = () => {},
  monotonicNow = () => performance.now(),
}: PageReaderOptions): PageReader {
  /** What came in this turn of the event loop. */
  let queue: QueuedRead[] = []
  let thread: StartedWorker | undefined
  let state: 'none' | 'starting' | 'ready' | 'closed' = 'none'
  let restartAt = -Infinity
  let restartDelayMs = minRestartDelayMs
  /** What the thread has, in its order. */
  const inFlight: QueuedRead[][] = []

  const readLocally = (waiting: QueuedRead): void => {
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
      for (const waiting of group) readLocally(waiting)
      return
    }
    inFlight.push(group)
    thread?.port.postMessage(JSON.stringify(group.map(({ request }) => request)))
  }

  const handleThreadFailure = (error: unknown): void => {
    if (state === 'closed') return
    state = 'none'
    const now = monotonicNow()
    // A thread that lived long enough resets the delay.
    restartDelayMs = now - restartAt > maxRestartDelayMs ? minRestartDelayMs : restartDelayMs
    restartAt = now + restartDelayMs
    restartDelayMs = Math.min(2 * restartDelayMs, maxRestartDelayMs)
    onThreadFailure(error)
  }

  const start = (): void => {
    state = 'starting'
    const started = startWorker('page-reader-worker', path)
    thread = started
    started.port.once('message', () => {
      if (state === 'starting') state = 'ready'
      started.port.on('message', (pages: PageGroup) => {
        for (const [index, waiting] of (inFlight.shift() ?? []).entries()) waiting.resolve(pages[index])
      })
      started.port.unref()
    })
    let failure: unknown
    started.worker.on('error', (error) => (failure = error))
    started.worker.once('exit', (code) => {
      started.port.close()
      handleThreadFailure(failure ?? new Error(`the page reader ended with code ${code}`))
      for (const waiting of inFlight.splice(0).flat()) readLocally(waiting)
    })
    started.worker.unref()
    started.port.unref()
  }

  const read = (request: PageRequest): Promise<string | Uint8Array | undefined> =>
    new Promise((resolve, reject) => {
      const count = queue.push({ request, resolve, reject })
      if (count === 1) setImmediate(send)
      if (count < threadQueueLength) return
      if (state === 'none' && monotonicNow() >= restartAt) {
        try {
          start()
        } catch (error) {
          // The runtime may not permit another thread.
          handleThreadFailure(error)
        }
      }
      if (state === 'ready') send()
    })

  return {
    read: limitConcurrency(read, maxConcurrentReads),
    close: async () => {
      state = 'closed'
      await thread?.worker.terminate()
    },
  }
}
