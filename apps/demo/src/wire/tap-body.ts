export interface BodyTap {
  /** Fails the body with its reason, as a lost connection would. */
  signal: AbortSignal
  /** Delays a chunk until it resolves. `arrived` resolves when it is received; `signal` aborts when the body ends. */
  delay: (arrived: Promise<void>, signal: AbortSignal) => Promise<void>
  onChunk: (chunk: Uint8Array) => void
  /** Called once. `canceled`: the reader canceled the body. */
  onEnd: (end: 'done' | 'canceled' | { failed: unknown }) => void
}

/**
 * Wraps a body to observe its chunks. Reads a chunk only when the reader requests one, which preserves backpressure. A
 * canceled wrapper cancels the connection.
 */
export function tapBody(body: ReadableStream<Uint8Array>, tap: BodyTap): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const ended = new AbortController()

  function end(result: Parameters<BodyTap['onEnd']>[0]): void {
    ended.abort()
    tap.signal.removeEventListener('abort', fail)
    tap.onEnd(result)
  }

  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  function fail(): void {
    controller?.error(tap.signal.reason)
    void reader.cancel(tap.signal.reason).catch(() => {})
    end({ failed: tap.signal.reason })
  }

  return new ReadableStream(
    {
      start(streamController) {
        controller = streamController
        tap.signal.addEventListener('abort', fail)
        if (tap.signal.aborted) fail()
      },
      async pull(streamController) {
        const reading = reader.read()
        await tap.delay(settled(reading), ended.signal)
        const { done, value } = await reading.catch((cause: unknown) => {
          if (!ended.signal.aborted) end({ failed: cause })
          throw cause
        })
        if (ended.signal.aborted) return
        if (done) {
          streamController.close()
          return end('done')
        }
        tap.onChunk(value)
        streamController.enqueue(value)
      },
      async cancel(reason) {
        end('canceled')
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

function settled(promise: Promise<unknown>): Promise<void> {
  return promise.then(
    () => {},
    () => {},
  )
}
