import { IncomingMessage, ServerResponse, type RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { setImmediate as nextIteration } from 'node:timers/promises'
import { createErrorBody } from '../wire/api-error.ts'
import { errorJson } from '../wire/render.ts'

/**
 * Creates a web-standard handler from a listener of `node:http`.
 *
 * Each request gets a connection in memory, over which Node's own classes speak HTTP/1.0: without chunked encoding, the
 * rest of the output is the body. So limits, time-outs and streams work as over a network. light-my-request, which
 * Fastify uses for tests, cannot limit unsent data or close a connection; fetch-to-node replaces Node's classes by
 * copies for other runtimes.
 */
export function createFetchHandler(listener: RequestListener): (request: Request) => Promise<Response> {
  return async (request) => {
    assertReadable(request)
    const { signal } = request
    signal.throwIfAborted()
    const responded = Promise.withResolvers<Response>()
    const connection = new MemoryConnection(({ status, headers, body }) => {
      const hasBody = request.method !== 'HEAD' && ![204, 304].includes(status)
      responded.resolve(new Response(hasBody ? body : null, { status, headers }))
    })
    // The HTTP classes only use what a `Socket` has in common with every `Duplex`, and `setTimeout`.
    const socket = connection as unknown as Socket
    const message = new RequestMessage(request, socket)
    const response = new ServerResponse(message)
    response.sendDate = false
    response.assignSocket(socket)
    connection.onTimeout = () => {
      response.emit('timeout', socket)
    }
    connection.on('drain', () => response.emit('drain'))

    const abort = (): void => {
      connection.abort()
    }
    signal.addEventListener('abort', abort, { once: true })
    response.once('finish', () => {
      message.stop()
      response.detachSocket(socket)
      response.destroyed = true
      response.emit('close')
      connection.end()
    })
    connection.once('close', () => {
      signal.removeEventListener('abort', abort)
      message.stop()
      // Has no effect after the start of the response.
      if (signal.aborted) responded.reject(signal.reason)
      else responded.resolve(connectionClosed())
    })
    listener(message, response)
    return responded.promise
  }
}

/** @throws TypeError if it is not a request, or if its body cannot be read. */
function assertReadable(request: Request): void {
  // Not `instanceof`: frameworks may have a `Request` of their own.
  const { url, method, headers, signal } = (request ?? {}) as Partial<Request>
  const hasHeaders = typeof headers === 'object' && Symbol.iterator in headers
  if (typeof url !== 'string' || typeof method !== 'string' || !hasHeaders || !signal)
    throw new TypeError(
      'Unable to respond; chat.fetch() got something other than a web-standard Request. ' +
        'Pass one, such as new Request(url), or c.req.raw in Hono.',
    )
  if (request.bodyUsed || request.body?.locked)
    throw new TypeError(
      'Unable to respond; the body of the request was read before. Call chat.fetch() first, or pass a clone.',
    )
}

/** A request as Node's parser would create it from the network. */
class RequestMessage extends IncomingMessage {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  #hasRead = false

  constructor(request: Request, socket: Socket) {
    super(socket)
    this.method = request.method
    this.url = request.url.replace(/#.*/s, '')
    this.httpVersionMajor = 1
    this.httpVersionMinor = 0
    this.httpVersion = '1.0'
    const headers = [...request.headers].filter(([name]) => !connectionHeaders.has(name))
    this.#reader = request.body?.getReader()
    if (this.#reader && !request.headers.has('content-length')) headers.push(['transfer-encoding', 'chunked'])
    this.rawHeaders = headers.flat()
    this.headers = Object.fromEntries(headers)
    this.headersDistinct = Object.fromEntries(headers.map(([name, value]) => [name, [value]]))
    this.complete = this.#reader === undefined
  }

  override _read(): void {
    // Until its first call, an `IncomingMessage` expects its parser to push chunks unasked.
    super._read(0)
    void this.#readChunk()
  }

  async #readChunk(): Promise<void> {
    try {
      // A body that is always ready would not let the response start otherwise.
      if (this.#hasRead) await nextIteration()
      this.#hasRead = true
      const chunk = await this.#reader?.read()
      if (this.destroyed) return
      if (chunk?.value) {
        this.push(chunk.value)
        return
      }
      this.complete = true
      this.push(null)
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** Stops reading the body. */
  stop(): void {
    void this.#reader?.cancel().catch(() => {})
  }
}

/** About the connection to the embedding server (RFC 9110, 7.6.1), and `te`, to which Node adapts its framing. */
const connectionHeaders = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'upgrade',
  'expect',
])

interface ResponseParts {
  readonly status: number
  readonly headers: [string, string][]
  readonly body: ReadableStream<Uint8Array>
}

/** How much of a response is queued until the reader of its body takes it. */
const bodyBufferBytes = 64 * 1024
const endOfHead = '\r\n\r\n'

/** The connection of one request: passes the head of the response to a function, and the rest to a web stream. */
class MemoryConnection extends Duplex {
  onTimeout: () => void = () => {}
  readonly #onHead: (parts: ResponseParts) => void
  readonly #body: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #hasHead = false
  /** Called once the reader has taken the written chunk. */
  #continue: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(onHead: (parts: ResponseParts) => void) {
    super()
    this.#onHead = onHead
    this.#body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: () => {
          const next = this.#continue
          this.#continue = undefined
          if (next) this.#timer?.refresh()
          next?.()
        },
        cancel: () => {
          this.#controller = undefined
          this.destroy()
        },
      },
      { highWaterMark: bodyBufferBytes, size: ({ byteLength }) => byteLength },
    )
  }

  /** Like `Socket.setTimeout`: calls back after a period in which nothing was written or taken. */
  setTimeout(ms: number): this {
    clearTimeout(this.#timer)
    this.#timer =
      ms > 0
        ? setTimeout(() => {
            this.onTimeout()
          }, ms).unref()
        : undefined
    return this
  }

  override _read(): void {}

  override _write(bytes: Buffer, _: BufferEncoding, callback: () => void): void {
    this.#timer?.refresh()
    const rest = this.#hasHead ? bytes : this.#readHead(bytes)
    if (rest.length > 0) this.#controller?.enqueue(rest)
    if ((this.#controller?.desiredSize ?? 1) > 0) callback()
    else this.#continue = callback
  }

  override _final(callback: () => void): void {
    this.#controller?.close()
    this.#controller = undefined
    callback()
    this.destroy()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#timer)
    this.#controller?.error(
      error ?? new Error('Unable to send the rest of the response; the server closed it.'),
    )
    this.#controller = undefined
    callback(error)
  }

  /** Ends the body without an error: nobody reads it anymore, and frameworks would log an error for every stream. */
  abort(): void {
    this.#controller?.close()
    this.#controller = undefined
    this.destroy()
  }

  /** Node writes the head at once. Returns what follows it. */
  #readHead(bytes: Buffer): Buffer {
    this.#hasHead = true
    const end = bytes.indexOf(endOfHead)
    const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
    this.#onHead({
      status: Number(statusLine.split(' ')[1]),
      headers: headers.filter(([name]) => !connectionHeaders.has(name.toLowerCase())),
      body: this.#body,
    })
    return bytes.subarray(end + endOfHead.length)
  }
}

/** The server closes a connection without a response only if it stops before the whole request has arrived. */
function connectionClosed(): Response {
  const body = createErrorBody(
    'Unavailable',
    'Unable to process the request; the server is stopping. Try again in a moment.',
  )
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'retry-after': '1',
  }
  return new Response(errorJson(body), { status: body.code, headers })
}
