/** A thread that reads pages of messages where one thread is not enough. */
import { DatabaseSync } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { createMessagePageRenderer, type PageRequest } from './message-page-renderer.ts'
import { readingPragmas } from './schema.ts'
import type { WorkerStart } from './start-worker.ts'

/** The pages that a group asked for, each as UTF-8. */
export type PageGroup = readonly (Uint8Array<ArrayBuffer> | undefined)[]

/** A page that is no larger shares its memory with others, and may hold on to it for them. */
const maxSharedPageBytes = 64 * 1024

const { data: path, port } = workerData as WorkerStart<string>
const database = new DatabaseSync(path, { readOnly: true })
database.exec(readingPragmas)
const readPage = createMessagePageRenderer(database)

port.on('message', (text: string) => {
  const group = encode((JSON.parse(text) as PageRequest[]).map(readPage))
  const buffers = new Set(group.flatMap((page) => page?.buffer ?? []))
  port.postMessage(group, [...buffers])
})
port.postMessage('ready')

function encode(pages: readonly (string | undefined)[]): PageGroup {
  const lengths = pages.map((page) => (page === undefined ? 0 : Buffer.byteLength(page)))
  const isSmall = (length: number): boolean => length <= maxSharedPageBytes
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
