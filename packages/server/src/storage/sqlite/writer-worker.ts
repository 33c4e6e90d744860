/** The thread that writes: it alone changes the database, one batch after the other. */
import { randomFillSync } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { Request } from '../../domain/commands.ts'
import { createBatchRunner } from './batch.ts'
import { passFlushGate } from './flush-gate.ts'
import { prepareSchema } from './schema.ts'
import { createSqliteTransaction } from './sqlite-transaction.ts'

/** What the main thread hands over. */
export interface WriterData {
  readonly path: string
  /** False only for a database that ends with the process anyway. */
  readonly isDurable: boolean
  readonly flushGate: SharedArrayBuffer | undefined
}

const { path, isDurable, flushGate } = workerData as WriterData

const database = new DatabaseSync(path)
database.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = ${isDurable ? 'FULL' : 'OFF'};
  PRAGMA secure_delete = ON;
  PRAGMA cache_size = -16000;
  PRAGMA temp_store = MEMORY;
`)
prepareSchema(database)

const random = new BigUint64Array(1)
/** 52 random bits: a number that JavaScript and JSON keep exactly. */
const randomKey = (): number => Number(BigInt.asUintN(52, randomFillSync(random)[0] ?? 0n)) + 1

const runner = createBatchRunner(database, createSqliteTransaction(database, randomKey), {
  now: Date.now,
  beforeCommit: () => {
    if (flushGate) passFlushGate(flushGate)
  },
})

parentPort?.on('message', (requests: readonly Request[] | 'close') => {
  if (requests === 'close') {
    database.close()
    parentPort?.close()
    return
  }
  parentPort?.postMessage(runner.run(requests))
})
parentPort?.postMessage('ready')
