export interface BodyTap {
  /** Ends the body as a lost connection does, with the signal's reason. */
  signal: AbortSignal
  /** Holds a piece back until it resolves. `arrived` resolves when the piece is there; `signal` aborts when the body is over. */
  hold: (arrived: Promise<void>, signal: AbortSignal) => Promise<void>
  onChunk: (chunk: Uint8Array) => void
  /** Called once: it came to its end, it failed, or whoever read it had enough. */
  onEnd: (end: 'done' | 'closed' | { failed: unknown }) => void
}

/**
 * The same body, looked at while it passes. Nothing is read ahead: a piece is asked for when the reader asks for one, so that
 * a slow reader slows the server as without the tap; and to cancel it cancels the connection.
 */
export function tapBody(body: ReadableStream<Uint8Array>, tap: BodyTap): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const over = new AbortController()

  function end(how: Parameters<BodyTap['onEnd']>[0]): void {
    over.abort()
    tap.signal.removeEventListener('abort', cut)
    tap.onEnd(how)
  }

  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  function cut(): void {
    controller?.error(tap.signal.reason)
    void reader.cancel(tap.signal.reason).catch(() => {})
    end({ failed: tap.signal.reason })
  }

  return new ReadableStream(
    {
      start(its) {
        controller = its
        tap.signal.addEventListener('abort', cut)
        if (tap.signal.aborted) cut()
      },
      async pull(its) {
        const reading = reader.read()
        await tap.hold(settled(reading), over.signal)
        const { done, value } = await reading.catch((cause: unknown) => {
          if (!over.signal.aborted) end({ failed: cause })
          throw cause
        })
        if (over.signal.aborted) return
        if (done) {
          its.close()
          return end('done')
        }
        tap.onChunk(value)
        its.enqueue(value)
      },
      async cancel(reason) {
        end('closed')
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
