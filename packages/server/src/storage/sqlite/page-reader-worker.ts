/** A thread that reads pages of messages where one thread is not enough. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { createMessagePages, type PageRequest } from './message-pages.ts'
import { readingPragmas } from './schema.ts'

/** The pages that a group asked for, each as UTF-8. */
export type PageGroup = readonly (Uint8Array<ArrayBuffer> | undefined)[]

/** A page that is no larger shares its memory with others, and may hold on to it for them. */
const smallBytes = 64 * 1024

const database = new DatabaseSync(workerData as string, { readOnly: true })
database.exec(readingPragmas)
const readPage = createMessagePages(database)

parentPort?.on('message', (text: string) => {
  const group = encode((JSON.parse(text) as PageRequest[]).map(readPage))
  const buffers = new Set(group.flatMap((page) => page?.buffer ?? []))
  parentPort?.postMessage(group, [...buffers])
})
parentPort?.postMessage('ready')

function encode(pages: readonly (string | undefined)[]): PageGroup {
  const lengths = pages.map((page) => (page === undefined ? 0 : Buffer.byteLength(page)))
  const isSmall = (length: number): boolean => length <= smallBytes
  const shared = Buffer.allocUnsafeSlow(lengths.filter(isSmall).reduce((sum, length) => sum + length, 0))
  let taken = 0
  return pages.map((page, index) => {
    const length = lengths[index] ?? 0
    if (page === undefined) return undefined
    const bytes = isSmall(length) ? shared.subarray(taken, (taken += length)) : Buffer.allocUnsafeSlow(length)
    bytes.write(page)
    return bytes
  })
}
