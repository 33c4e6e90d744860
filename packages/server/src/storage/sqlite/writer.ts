import { once } from 'node:events'
import type {
  CommandInput,
  CommandName,
  CommandRequest,
  CommandResult,
  IdempotencyKey,
} from '../../domain/commands.ts'
import type { Change, LogEntry } from '../../domain/records.ts'
import type { Storage } from '../../domain/storage.ts'
import type { Logger } from '../../logger.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { BatchResult, Outcome } from './batch.ts'
import { freesSpace } from './disk-space.ts'
import { startWorker } from './start-worker.ts'
import { type StorageProblemLog, unavailableError } from './storage-problem.ts'
import type { EncodedResult, WriterData, WriterNotice } from './writer-worker.ts'

/**
 * Sends requests to the writer thread in batches: those of one turn of the event loop together. In a long turn it
 * sends a batch as soon as it is large enough, so that neither thread waits for the other.
 */
export interface Writer {
  readonly execute: Storage['execute']
  onCommit(listener: (changes: readonly Change[]) => void): void
  /** Called once if the thread ends unexpectedly, or a listener of `onCommit` throws. Later requests are rejected. */
  readonly onFailure: (listener: (error: Error) => void) => void
  /** Resolves when all requests so far are processed. */
  flush(): Promise<void>
  close(): Promise<void>
  /** Terminates the thread at once, like a crash. */
  kill(): Promise<void>
}

interface QueuedRequest {
  readonly request: CommandRequest
  resolve(value: unknown): void
  reject(reason: unknown): void
}

/** Queue length at which a batch is sent. With more requests, the cost of a commit per request hardly falls. */
const maxQueuedRequests = 32

export interface WriterOptions extends Omit<WriterData, 'startedAt'> {
  /** Milliseconds since 1970. The writer thread uses the time of each batch. */
  readonly now: () => number
  readonly problems: StorageProblemLog
  readonly logger: Logger | undefined
}

/** @throws Error if the database cannot be opened. */
export async function startWriter({ now, problems, logger, ...data }: WriterOptions): Promise<Writer> {
  const { worker, port } = startWorker('writer-worker', { ...data, startedAt: Math.floor(now()) })
  const endedEarly = once(worker, 'exit').then(() => {
    throw new Error('the writer thread ended')
  })
  await Promise.race([once(port, 'message'), endedEarly])
  // From here on, `exited` reports failures.
  endedEarly.catch(() => {})

  /** Requests of this turn of the event loop. */
  let queue: QueuedRequest[] = []
  /** Requests that the writer thread has received, in order. */
  const inFlight: QueuedRequest[] = []
  let listener: (changes: readonly Change[]) => void = () => {}
  let failure: Error | undefined
  let isClosing = false
  let reportFailure: (error: Error) => void = () => {}

  const fail = (cause: unknown): void => {
    if (failure) return
    failure = new Error('the storage has failed', { cause })
    const lost = [...inFlight.splice(0), ...queue]
    queue = []
    for (const request of lost) request.reject(serverFailedError(failure))
    if (isClosing) return
    reportFailure(failure)
    void worker.terminate()
  }

  const send = (): void => {
    if (queue.length === 0) return
    const requests = queue
    queue = []
    inFlight.push(...requests)
    try {
      // For many small objects, JSON costs a fifth of a structured clone.
      port.postMessage(JSON.stringify([Math.floor(now()), requests.map(({ request }) => request)]))
    } catch (error) {
      fail(error)
    }
  }

  const receive = ({ outcomes, changes }: BatchResult): void => {
    const done = inFlight.splice(0, outcomes.length)
    for (const [index, outcome] of outcomes.entries()) {
      if ('problem' in outcome) problems.report(outcome.problem, outcome.detail)
      else if ('value' in outcome && done[index] && !freesSpace(done[index].request)) problems.resolved()
    }
    // INV-2: the commit has reached the disk. Notifies listeners first, then settles the requests.
    try {
      listener(changes)
    } finally {
      for (const [index, outcome] of outcomes.entries()) {
        const request = done[index]
        if (request) settle(request, outcome)
      }
    }
  }
  port.on('message', (message: string | WriterNotice) => {
    if (failure) return
    if (typeof message === 'object') {
      logger?.warn({ detail: message.detail }, message.notice)
      return
    }
    try {
      receive(decodeResult(message, (index) => inFlight[index]?.request))
    } catch (error) {
      // INV-13: listeners have missed stored entries; only a restart makes them consistent again.
      fail(error)
    }
  })
  worker.on('error', fail)
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      fail(new Error(`the writer thread ended with code ${code}`))
      resolve()
    })
  })

  return {
    execute: <Name extends CommandName>(
      name: Name,
      input: CommandInput<Name>,
      idempotencyKey?: IdempotencyKey,
    ): Promise<CommandResult<Name>> =>
      new Promise((resolve, reject) => {
        if (failure) {
          reject(serverFailedError(failure))
          return
        }
        const request = { name, input, idempotencyKey } as CommandRequest
        const count = queue.push({ request, resolve, reject })
        if (count === 1) setImmediate(send)
        else if (count === maxQueuedRequests) send()
      }),
    onCommit: (onChanges) => {
      listener = onChanges
    },
    onFailure: (onError) => {
      reportFailure = onError
    },
    flush: async () => {
      while (!failure && queue.length + inFlight.length > 0) {
        await Promise.race([once(port, 'message'), exited])
      }
    },
    close: async () => {
      isClosing = true
      port.postMessage('close')
      await exited
    },
    kill: async () => {
      isClosing = true
      fail('the writer was killed')
      await worker.terminate()
    },
  }
}

/** @param requestAt - Returns the requests of the batch by index. */
function decodeResult(text: string, requestAt: (index: number) => CommandRequest | undefined): BatchResult {
  const [encoded, changes] = JSON.parse(text) as EncodedResult
  const outcomes = encoded.map((outcome, index): Outcome => {
    if ('change' in outcome) return { value: takeEntry(changes, outcome.change, requestAt(index)) }
    if ('error' in outcome) return { error: Object.assign(new Error(outcome.error.message), outcome.error) }
    return outcome
  })
  return { outcomes, changes }
}

/** The entry that a command appended. Restores the text of a message, which the writer thread omits. */
function takeEntry(
  changes: Change[],
  index: number,
  request: CommandRequest | undefined,
): LogEntry | undefined {
  const change = changes[index]
  if (change?.type !== 'appended') return undefined
  if (request?.name !== 'createMessage') return change.entry
  const { payload, metadata } = request.input
  const entry = { ...change.entry, payload, metadata }
  changes[index] = { type: 'appended', entry }
  return entry
}

function serverFailedError(cause: Error): ApiError {
  return new ApiError(
    'Unavailable',
    'Unable to process the request; the server has failed. Try again once it has restarted.',
    { cause },
  )
}

function settle(request: QueuedRequest, outcome: Outcome): void {
  if ('error' in outcome) request.reject(outcome.error)
  else if ('problem' in outcome) request.reject(unavailableError(outcome.problem))
  else if ('apiError' in outcome) {
    request.reject(new ApiError(outcome.apiError.type, outcome.apiError.message))
  } else request.resolve(outcome.value)
}
