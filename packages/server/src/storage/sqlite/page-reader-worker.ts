/** A thread that reads pages of messages where one thread is not enough. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { createMessagePages, type PageRequest } from './message-pages.ts'
import { readingPragmas } from './schema.ts'

/** The pages that a group asked for, one after the other as UTF-8. */
export interface PageGroup {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Of each page; -1 where there is none. */
  readonly lengths: readonly number[]
}

const database = new DatabaseSync(workerData as string, { readOnly: true })
database.exec(readingPragmas)
const readPage = createMessagePages(database)

parentPort?.on('message', (text: string) => {
  const pages = (JSON.parse(text) as PageRequest[]).map(readPage)
  const lengths = pages.map((page) => (page === undefined ? -1 : Buffer.byteLength(page)))
  const bytes = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + Math.max(length, 0), 0))
  let at = 0
  for (const page of pages) if (page !== undefined) at += bytes.write(page, at)
  parentPort?.postMessage({ bytes, lengths } satisfies PageGroup, [bytes.buffer])
})
parentPort?.postMessage('ready')
