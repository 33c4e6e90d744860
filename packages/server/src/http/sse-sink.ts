import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Sink } from '../signals/listener.ts'
import { openChunkSink } from './chunk-sink.ts'
import { openTextSink } from './text-sink.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies must not cache, compress or buffer streams. Browsers must not cache them either: Chromium would delay a
  // second tab's request for the same stream, and send it twice when the first tab closes.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  // Streams end by closing the connection. Without this header, clients would reuse it for their next request.
  connection: 'close',
}

/**
 * Starts a response with server-sent events: chunked for HTTP/1.1 clients, unframed for all others. All earlier
 * responses on the connection must have been sent.
 */
export function openSseSink(
  response: ServerResponse<IncomingMessage>,
  options: { headers: Record<string, string>; stallTimeoutMs: number },
): Sink {
  const isChunked = response.req.httpVersion === '1.1'
  // HTTP/1.0 proxies may forward the header `te: chunked` of their clients without supporting chunks themselves.
  response.useChunkedEncodingByDefault = isChunked
  response.writeHead(200, {
    ...headers,
    ...options.headers,
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : {}),
  })
  response.flushHeaders()
  response.setTimeout(options.stallTimeoutMs, destroyIfStalled)
  return isChunked ? openChunkSink(response) : openTextSink(response, response.req.socket)
}

/** Called by Node after a period without socket activity. Closes streams with unsent data; idle streams stay open. */
function destroyIfStalled(this: void, socket?: Socket): void {
  if (socket && socket.writableLength > 0) socket.destroy()
}
