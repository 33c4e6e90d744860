import type { StreamPart, TextSource } from './bot-definition.ts'

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
    if (!(idleTimeoutMs > 0))
      throw new RangeError(
        `Unable to pipe to the stream; idleTimeoutMs is ${idleTimeoutMs}. Pass a number above 0, or Infinity.`,
      )
    for (;;) {
      const { done, value } = await readBefore(reader, { signal, idleTimeoutMs })
      if (done) {
        hasEnded = true
        return
      }
      const text = textOfPart(value)
      if (text !== undefined) yield text
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
  if (!isTextSource(source)) throw wrongSource(source)
  // Preferred, as a stream can also be cancelled while a read is pending.
  if ('getReader' in source) {
    const reader = source.getReader()
    return { read: () => reader.read(), cancel: cancelWith((reason) => reader.cancel(reason)) }
  }
  const iterator = source[Symbol.asyncIterator]()
  return { read: () => iterator.next(), cancel: cancelWith(() => iterator.return?.()) }
}

function isTextSource(value: unknown): value is TextSource {
  return (
    typeof value === 'object' && value !== null && ('getReader' in value || Symbol.asyncIterator in value)
  )
}

/** Undefined for parts without text, such as a tool call. */
function textOfPart(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!isStreamPart(value)) throw wrongValue(value)
  const { type, text, error, reason } = value
  if (type === 'error' && error === undefined)
    throw new Error('Unable to continue the message; its source sent an error without a reason.')
  if (type === 'error') throw error
  if (type === 'abort')
    throw new Error(`Unable to continue the message; its source was aborted${reason ? `: ${reason}` : ''}.`)
  if (type !== 'text-delta') return undefined
  if (typeof text === 'string') return text
  throw new TypeError(
    'Unable to pipe to the stream; its source yields a text-delta without "text", as AI SDK 4 and its UI streams do. ' +
      'Yield strings, or the parts of the stream of AI SDK 5 or later.',
  )
}

function isStreamPart(value: unknown): value is StreamPart {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function wrongSource(value: unknown): TypeError {
  let advice = 'Pass one of them.'
  if (value instanceof Promise) advice = 'It is a promise: await it, and pass its result.'
  else if (typeof value === 'function') advice = 'It is a function: call it, and pass what it returns.'
  else if (typeof value === 'string') advice = 'To send a text, use write() and end(), or reply().'
  return new TypeError(
    `Unable to pipe to the stream; its source is neither an async iterable nor a ReadableStream. ${advice}`,
  )
}

function wrongValue(value: unknown): TypeError {
  const advice =
    value instanceof Uint8Array
      ? 'Decode the bytes: source.pipeThrough(new TextDecoderStream()).'
      : 'Yield strings, or parts of the AI SDK.'
  const type = value instanceof Uint8Array ? 'Uint8Array' : typeof value
  return new TypeError(`Unable to pipe to the stream; its source yields values of type ${type}. ${advice}`)
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
