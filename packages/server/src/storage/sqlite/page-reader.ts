import pLimit from 'p-limit'
import type { PageRequest, RenderMessagePage } from './message-pages.ts'
import type { PageGroup } from './page-reader-worker.ts'
import { startWorker, type StartedWorker } from './start-worker.ts'

/** Reads pages of messages: in this thread under low load, in a separate thread under high load. */
export interface PageReader {
  /** Returns the page as JSON text or its UTF-8 bytes. Undefined if the user is no longer a participant. */
  readonly read: (request: PageRequest) => Promise<string | Uint8Array | undefined>
  close(): Promise<void>
}

interface QueuedRead {
  readonly request: PageRequest
  resolve(page: string | Uint8Array | undefined): void
  reject(reason: unknown): void
}

/** Queue length, in one turn of the event loop, that starts the thread. Also the most reads sent to it at once. */
const threadQueueLength = 8

/** A page may have 1 MiB, and is in memory twice until it is sent. */
const maxConcurrentReads = 32

/** First and maximum delay before a failed thread is restarted. The delay doubles each time. */
const minRestartDelayMs = 1_000
const maxRestartDelayMs = 60_000

export interface PageReaderOptions {
  /** Path of the database. */
  readonly path: string
  readonly renderLocally: RenderMessagePage
  /** Called when the thread fails or cannot be started. Until it is restarted, this thread reads pages. */
  readonly onThreadFailure?: (error: unknown) => void
  /** Monotonic milliseconds. Default: `performance.now`. */
  readonly monotonicNow?: () => number
}

export function createPageReader({
  path,
  renderLocally,
  onThreadFailure = () => {},
  monotonicNow = () => performance.now(),
}: PageReaderOptions): PageReader {
  /** Reads of this turn of the event loop. */
  let queue: QueuedRead[] = []
  let thread: StartedWorker | undefined
  let state: 'none' | 'starting' | 'ready' | 'closed' = 'none'
  let restartAt = -Infinity
  let restartDelayMs = minRestartDelayMs
  /** Groups of reads that the thread has received, in order. */
  const inFlight: QueuedRead[][] = []

  const readLocally = (queued: QueuedRead): void => {
    try {
      queued.resolve(renderLocally(queued.request))
    } catch (error) {
      queued.reject(error)
    }
  }

  const send = (): void => {
    const group = queue
    queue = []
    if (state !== 'ready' || group.length < 2) {
      for (const queued of group) readLocally(queued)
      return
    }
    inFlight.push(group)
    thread?.port.postMessage(JSON.stringify(group.map(({ request }) => request)))
  }

  const handleThreadFailure = (error: unknown): void => {
    if (state === 'closed') return
    state = 'none'
    const now = monotonicNow()
    // Resets the delay if the thread ran long enough.
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
        for (const [index, queued] of (inFlight.shift() ?? []).entries()) queued.resolve(pages[index])
      })
      started.port.unref()
    })
    let failure: unknown
    started.worker.on('error', (error) => (failure = error))
    started.worker.once('exit', (code) => {
      started.port.close()
      handleThreadFailure(failure ?? new Error(`the page reader ended with code ${code}`))
      for (const queued of inFlight.splice(0).flat()) readLocally(queued)
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

  const limit = pLimit(maxConcurrentReads)
  return {
    read: (request) => limit(read, request),
    close: async () => {
      state = 'closed'
      await thread?.worker.terminate()
    },
  }
}
