import type { TextSource } from './bot-definition.ts'

/**
 * Yields the texts of a source. Reads the next one only when the consumer asks for it.
 *
 * Cancels the source if the consumer stops early. Does not wait for that: an async generator, for example, cannot be
 * interrupted while it waits.
 *
 * @throws The error of the source, or the reason of `signal`. Error if the source sends nothing for `idleTimeoutMs`.
 */
export async function* readText(
  source: TextSource,
  { signal, idleTimeoutMs }: { signal: AbortSignal; idleTimeoutMs: number },
): AsyncGenerator<string, void, void> {
  const reader = openReader(source)
  let hasEnded = false
  try {
    for (;;) {
      const { done, value } = await readBefore(reader, { signal, idleTimeoutMs })
      if (done) {
        hasEnded = true
        return
      }
      if (typeof value !== 'string') {
        throw new TypeError(
          `Unable to pipe to the stream; its source yields values of type ${typeof value}. Yield strings.`,
        )
      }
      yield value
    }
  } finally {
    if (!hasEnded) void reader.cancel(signal.reason)
  }
}

/** Cancels a source that nobody reads. Does not throw: the error of such a source is of no interest. */
export function cancelSource(source: TextSource): void {
  try {
    void openReader(source).cancel(undefined)
  } catch {}
}

/** Node runs timers with a longer delay at once. */
const maxTimeoutMs = 2 ** 31 - 1

interface TextReader {
  readonly read: () => Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>
  /** Never rejects: the error of a cancelled source is of no interest. */
  readonly cancel: (reason: unknown) => Promise<void>
}

function openReader(source: TextSource): TextReader {
  const cancelWith =
    (cancel: (reason: unknown) => unknown) =>
    async (reason: unknown): Promise<void> => {
      try {
        await cancel(reason)
      } catch {}
    }
  if (typeof source !== 'object' || (!('getReader' in source) && !(Symbol.asyncIterator in source))) {
    throw new TypeError(
      'Unable to pipe to the stream; its source is neither an async iterable nor a ReadableStream. Pass one of them.',
    )
  }
  // Preferred, as a stream can also be cancelled while a read is pending.
  if ('getReader' in source) {
    const reader = source.getReader()
    return { read: () => reader.read(), cancel: cancelWith((reason) => reader.cancel(reason)) }
  }
  const iterator = source[Symbol.asyncIterator]()
  return { read: () => iterator.next(), cancel: cancelWith(() => iterator.return?.()) }
}

async function readBefore(
  reader: TextReader,
  { signal, idleTimeoutMs }: { signal: AbortSignal; idleTimeoutMs: number },
): ReturnType<TextReader['read']> {
  signal.throwIfAborted()
  const { promise: interrupted, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => {
      reject(
        new Error(
          `Unable to continue the message; its source sent nothing for ${idleTimeoutMs} ms. ` +
            'If it may take longer, increase idleTimeoutMs.',
        ),
      )
    },
    Math.min(idleTimeoutMs, maxTimeoutMs),
  )
  const onAbort = (): void => {
    reject(signal.reason)
  }
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([reader.read(), interrupted])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}
