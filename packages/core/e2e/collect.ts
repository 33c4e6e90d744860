import { isChatError, type ChatError } from '../src/index.ts'

/** Collects all items until the iterable ends. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

export interface CollectedSignals<T> {
  /** The signals so far. */
  readonly items: T[]
  /** Resolves with the ChatError that ended the stream. */
  readonly ended: Promise<ChatError>
}

/** Collects the signals of a stream until it fails with a permanent error. */
export function collectSignals<T>(source: AsyncIterable<T>): CollectedSignals<T> {
  const items: T[] = []
  const ended = (async () => {
    for await (const item of source) items.push(item)
  })().then(
    () => {
      throw new Error('the stream ended without an error')
    },
    (error: unknown) => {
      if (isChatError(error)) return error
      throw error
    },
  )
  // Prevents unhandled rejections in tests that ignore `ended`.
  ended.catch(() => {})
  return { items, ended }
}

/** Collects the signals of a stream until the server responds with `Forbidden`. */
export async function collectUntilForbidden<T>(source: AsyncIterable<T>): Promise<T[]> {
  const { items, ended } = collectSignals(source)
  const { type } = await ended
  if (type !== 'Forbidden') throw new Error(`the stream ended with ${type}`)
  return items
}
