/** The thread that writes: it alone changes the database, one batch after the other. */
import { randomFillSync } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { CommandRequest } from '../../domain/commands.ts'
import { createBatchRunner, type BatchResult, type Outcome } from './batch.ts'
import { createCheckpoints } from './checkpoints.ts'
import { recordDeletions, waitAtBarrier } from './commit-barrier.ts'
import { createDeletionSlices } from './deletion-slices.ts'
import { createDiskSpace } from './disk-space.ts'
import { identifyFiles } from './file-identity.ts'
import { createReserveFile } from './reserve-file.ts'
import { prepareSchema } from './schema.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'
import type { WorkerStart } from './start-worker.ts'
import { decodeRequests, encodeResult } from './worker-protocol.ts'

/** What the main thread hands over. */
export interface WriterData {
  readonly path: string
  /** False only for a database that ends with the process anyway. */
  readonly isDurable: boolean
  readonly commitBarrier: SharedArrayBuffer | undefined
  /** Milliseconds since 1970, for writes before the first request. */
  readonly startedAt: number
}

/** A notice for the log. All other messages to the main thread are the text of a result. */
export interface WriterNotice {
  readonly notice: string
  readonly detail: string
}

const {
  data: { path, isDurable, commitBarrier: flushGate, startedAt },
  port,
} = workerData as WorkerStart<WriterData>

/** How long to wait for another program that has locked the database. */
const busyTimeoutMs = 250

const database = new DatabaseSync(path)
database.exec(`
  PRAGMA busy_timeout = ${busyTimeoutMs};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = ${isDurable ? 'FULL' : 'OFF'};
  PRAGMA secure_delete = ON;
  PRAGMA cache_size = -16000;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA temp_store = MEMORY;
`)
prepareSchema(database)
const checkpoints = createCheckpoints(database, { busyTimeoutMs })
// Checkpoints at once, so that a new file contains its tables: a copy without them would look like an empty database.
checkpoints.run()
const files = identifyFiles(path)
const reserve = isDurable ? createReserveFile(`${path}.reserve`) : undefined

const random = new BigUint64Array(1)
/** 52 random bits: a number that JavaScript and JSON keep exactly. */
const randomRowId = (): number => Number(BigInt.asUintN(52, randomFillSync(random)[0] ?? 0n)) + 1

/** The server's time at which the newest requests were passed on. */
let now = startedAt
const tx = createSqliteTransaction(database, randomRowId)
const isPending = (): boolean => tx.deletions.next() !== undefined
function sendResult(requests: readonly CommandRequest[], result: BatchResult): void {
  if (flushGate) recordDeletions(flushGate, { isPending: isPending(), isSlice: requests.length === 0 })
  port.postMessage(encodeResult(requests, result))
}
const slices = createDeletionSlices({
  isPending,
  run: (budget) => {
    if (!files.isIntact()) throw new Error('the database file was removed or replaced')
    return runner.runSlice(budget)
  },
  answer: (result) => {
    sendResult([], result)
  },
  onFault: (fault) => {
    const notice: WriterNotice = {
      notice: 'a slice of a deletion failed; it will be retried',
      detail: String(fault),
    }
    port.postMessage(notice)
  },
  gate: flushGate,
})
const runner = createBatchRunner(database, tx, {
  now: () => now,
  beforeCommit: () => {
    if (flushGate) waitAtBarrier(flushGate)
  },
  afterCommit: (commit) => {
    checkpoints.afterCommit(commit)
  },
  firstSliceBudget: () => slices.firstBudget(),
  diskSpace: createDiskSpace(checkpoints, reserve),
})

const fileIsMissing: Outcome = { problem: 'missing', detail: path }

/** Prevents acknowledging writes to a file that is no longer at its path. */
function runBatch(requests: readonly CommandRequest[]): BatchResult {
  const refused = requests.map(() => fileIsMissing)
  if (!files.isIntact()) return { outcomes: refused, changes: [] }
  const result = runner.run(requests)
  return files.isIntact() ? result : { outcomes: refused, changes: result.changes }
}

const maxBatchSize = 500
/** The results of a batch may be about as long, and a string cannot exceed half a billion characters. */
const maxBatchCharacters = 32 * 1024 * 1024

/** What arrived while the last commit ran shares the next one. */
function takeBatch(first: string): { requests: CommandRequest[]; isLast: boolean } {
  const requests: CommandRequest[] = []
  let characters = 0
  for (
    let text: unknown = first;
    typeof text === 'string';
    text = requests.length < maxBatchSize && characters < maxBatchCharacters && takeMessage()
  ) {
    if (text === 'close') return { requests, isLast: true }
    characters += text.length
    const given = decodeRequests(text)
    now = given.now
    requests.push(...given.requests)
  }
  return { requests, isLast: false }
}

function takeMessage(): unknown {
  return receiveMessageOnPort(port)?.message
}

port.on('message', (text: string) => {
  const { requests, isLast } = takeBatch(text)
  if (requests.length > 0) sendResult(requests, runBatch(requests))
  if (!isLast) {
    slices.wake()
    return
  }
  slices.stop()
  checkpoints.stop()
  reserve?.stop()
  database.close()
  port.close()
})
if (flushGate) recordDeletions(flushGate, { isPending: isPending(), isSlice: false })
port.postMessage('ready')
slices.wake()
