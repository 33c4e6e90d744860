/** The thread that writes: it alone changes the database, one batch after the other. */
import { randomFillSync } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Request } from '../../domain/commands.ts'
import { decodeRequests, encodeResult } from './batch-text.ts'
import { createBatchRunner } from './batch.ts'
import { passFlushGate } from './flush-gate.ts'
import { prepareSchema } from './schema.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'
import type { WorkerStart } from './start-worker.ts'

/** What the main thread hands over. */
export interface WriterData {
  readonly path: string
  /** False only for a database that ends with the process anyway. */
  readonly isDurable: boolean
  readonly flushGate: SharedArrayBuffer | undefined
}

const {
  data: { path, isDurable, flushGate },
  port,
} = workerData as WorkerStart<WriterData>

const database = new DatabaseSync(path)
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = ${isDurable ? 'FULL' : 'OFF'};
  PRAGMA secure_delete = ON;
  PRAGMA cache_size = -16000;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA temp_store = MEMORY;
`)
prepareSchema(database)

const random = new BigUint64Array(1)
/** 52 random bits: a number that JavaScript and JSON keep exactly. */
const randomKey = (): number => Number(BigInt.asUintN(52, randomFillSync(random)[0] ?? 0n)) + 1

/** When the newest requests were handed over, by the clock of the server. */
let now = 0
const runner = createBatchRunner(database, createSqliteTransaction(database, randomKey), {
  now: () => now,
  beforeCommit: () => {
    if (flushGate) passFlushGate(flushGate)
  },
})

const mostInBatch = 500

/** What arrived while the last commit ran shares the next one. */
function takeBatch(first: string): { requests: Request[]; isLast: boolean } {
  const requests: Request[] = []
  for (
    let text: unknown = first;
    typeof text === 'string';
    text = requests.length < mostInBatch && takeMessage()
  ) {
    if (text === 'close') return { requests, isLast: true }
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
  if (requests.length > 0) port.postMessage(encodeResult(requests, runner.run(requests)))
  if (!isLast) return
  database.close()
  port.close()
})
port.postMessage('ready')
