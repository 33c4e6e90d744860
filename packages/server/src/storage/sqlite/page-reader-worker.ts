import { workerData } from 'node:worker_threads'
/** The thread that reads pages of messages under high load. */
import { DatabaseSync } from './database-sync.ts'
import { createMessagePageRenderer, type PageRequest } from './message-pages.ts'
import { readingPragmas } from './schema.ts'
import type { WorkerStart } from './start-worker.ts'

/** The pages of a group of requests, as UTF-8. Undefined for users who are no longer participants. */
export type PageGroup = readonly (Uint8Array<ArrayBuffer> | undefined)[]

/** Pages up to this size share a buffer, which stays in memory until all of them are sent. */
const maxSharedPageBytes = 64 * 1024

const { data: path, port } = workerData as WorkerStart<string>
const database = new DatabaseSync(path, { readOnly: true })
database.exec(readingPragmas)
const renderPage = createMessagePageRenderer(database)

port.on('message', (text: string) => {
  const group = encode((JSON.parse(text) as PageRequest[]).map(renderPage))
  const buffers = new Set(group.flatMap((page) => page?.buffer ?? []))
  port.postMessage(group, [...buffers])
})
port.postMessage('ready')

function encode(pages: readonly (string | undefined)[]): PageGroup {
  const lengths = pages.map((page) => (page === undefined ? 0 : Buffer.byteLength(page)))
  const isSmall = (length: number): boolean => length <= maxSharedPageBytes
  const shared = Buffer.allocUnsafeSlow(lengths.filter(isSmall).reduce((sum, length) => sum + length, 0))
  let offset = 0
  return pages.map((page, index) => {
    const length = lengths[index] ?? 0
    if (page === undefined) return undefined
    const bytes = isSmall(length)
      ? shared.subarray(offset, (offset += length))
      : Buffer.allocUnsafeSlow(length)
    bytes.write(page)
    return bytes
  })
}
