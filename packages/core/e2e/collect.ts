import { isChatError, type ChatError } from '../src/index.ts'

/** Everything that comes, until it ends. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

/** What comes, as it comes, and the ChatError that ends it. */
export interface CollectedSignals<T> {
  readonly items: T[]
  readonly ended: Promise<ChatError>
}

/** Listens until what no retry can mend. */
export function collectSignals<T>(source: AsyncIterable<T>): CollectedSignals<T> {
  const items: T[] = []
  const ended = (async () => {
    for await (const item of source) items.push(item)
  })().then(
    () => {
      throw new Error('it ended without a failure')
    },
    (error: unknown) => {
      if (isChatError(error)) return error
      throw error
    },
  )
  // Who does not wait for the end does not care how it comes.
  ended.catch(() => {})
  return { items, ended }
}

/** Everything that comes until the server refuses. */
export async function collectUntilForbidden<T>(source: AsyncIterable<T>): Promise<T[]> {
  const { items, ended } = collectSignals(source)
  const { type } = await ended
  if (type !== 'Forbidden') throw new Error(`it ended with ${type}`)
  return items
}
