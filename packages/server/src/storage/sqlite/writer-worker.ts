/** The writer thread. It alone changes the database, one batch at a time. */
import { randomFillSync } from 'node:crypto'
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { CommandRequest } from '../../domain/commands.ts'
import type { Change } from '../../domain/records.ts'
import { recordDeletions, waitAtBarrier } from '../commit-barrier.ts'
import { createBatchRunner, type BatchResult, type Outcome } from './batch.ts'
import { createCheckpoints } from './checkpoints.ts'
import { identifyFiles } from './database-file.ts'
import { DatabaseSync } from './database-sync.ts'
import { createDeletionSlices } from './deletion-slices.ts'
import { createDiskSpace, createReserveFile } from './disk-space.ts'
import { prepareSchema } from './schema.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'
import type { WorkerStart } from './start-worker.ts'

/** Options from the main thread. */
export interface WriterData {
  readonly path: string
  /** False skips flushes to the disk, as for an in-memory database. */
  readonly isDurable: boolean
  readonly commitBarrier: SharedArrayBuffer | undefined
  /** Milliseconds since 1970, for writes before the first request. */
  readonly startedAt: number
}

/** The result of a batch, as JSON. `change` is the index of the entry that a command appended, which is sent once. */
export type EncodedResult = [outcomes: EncodedOutcome[], changes: Change[]]
type EncodedOutcome =
  | { readonly change: number }
  | { readonly error: { readonly message: string; readonly stack: string | undefined } }
  | Exclude<Outcome, { readonly error: unknown }>

/** A notice for the log. All other messages to the main thread are encoded results. */
export interface WriterNotice {
  readonly notice: string
  readonly detail: string
}

const {
  data: { path, isDurable, commitBarrier, startedAt },
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
/** 52 random bits, which JavaScript and JSON represent exactly. */
const randomRowId = (): number => Number(BigInt.asUintN(52, randomFillSync(random)[0] ?? 0n)) + 1

/** The time at which the newest batch was sent. */
let now = startedAt
const tx = createSqliteTransaction(database, randomRowId)
const isPending = (): boolean => tx.deletions.next() !== undefined
function sendResult(requests: readonly CommandRequest[], result: BatchResult): void {
  if (commitBarrier)
    recordDeletions(commitBarrier, { isPending: isPending(), isSlice: requests.length === 0 })
  port.postMessage(encodeResult(requests, result))
}
const slices = createDeletionSlices({
  isPending,
  run: (budget) => {
    if (!files.isIntact()) throw new Error('the database file was removed or replaced')
    return runner.runSlice(budget)
  },
  onResult: (result) => {
    sendResult([], result)
  },
  onError: (error) => {
    const notice: WriterNotice = {
      notice: 'a deletion slice failed; it will be retried',
      detail: String(error),
    }
    port.postMessage(notice)
  },
  commitBarrier,
})
const runner = createBatchRunner(database, tx, {
  now: () => now,
  beforeCommit: () => {
    if (commitBarrier) waitAtBarrier(commitBarrier)
  },
  afterCommit: (commit) => {
    checkpoints.afterCommit(commit)
  },
  firstSliceBudget: () => slices.firstSliceBudget(),
  diskSpace: createDiskSpace(checkpoints, reserve),
})

const fileIsMissing: Outcome = { problem: 'missing', detail: path }

/** Rejects requests if the database file is no longer at its path, so that lost writes are never acknowledged. */
function runBatch(requests: readonly CommandRequest[]): BatchResult {
  const missing = requests.map(() => fileIsMissing)
  if (!files.isIntact()) return { outcomes: missing, changes: [] }
  const result = runner.run(requests)
  return files.isIntact() ? result : { outcomes: missing, changes: result.changes }
}

/** Omits the text of messages, as the main thread still has it. */
function encodeResult(requests: readonly CommandRequest[], { outcomes, changes }: BatchResult): string {
  const indices = new Map<unknown, number>()
  for (const [index, change] of changes.entries()) {
    if (change.type === 'appended') indices.set(change.entry, index)
  }
  const sentChanges = [...changes]
  const sentOutcomes = outcomes.map((outcome, index): EncodedOutcome => {
    if ('error' in outcome) return { error: describeError(outcome.error) }
    const change = 'value' in outcome ? indices.get(outcome.value) : undefined
    if (change === undefined) return outcome
    const sent = changes[change]
    if (sent?.type === 'appended' && requests[index]?.name === 'createMessage')
      sentChanges[change] = { ...sent, entry: { ...sent.entry, payload: '', metadata: undefined } }
    return { change }
  })
  const result: EncodedResult = [sentOutcomes, sentChanges]
  return JSON.stringify(result)
}

function describeError(error: unknown): { message: string; stack: string | undefined } {
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error), stack: undefined }
}

const maxBatchSize = 500
/** The encoded result may be about as long, and a string cannot exceed half a billion characters. */
const maxBatchCharacters = 32 * 1024 * 1024

/** Combines the messages that arrived during the last commit into one batch. */
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
    const [sentAt, sent] = JSON.parse(text) as [number, CommandRequest[]]
    now = sentAt
    requests.push(...sent)
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
if (commitBarrier) recordDeletions(commitBarrier, { isPending: isPending(), isSlice: false })
port.postMessage('ready')
slices.wake()
