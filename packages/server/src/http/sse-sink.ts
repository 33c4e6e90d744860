import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Sink } from '../signals/listener.ts'
import { openChunkSink } from './chunk-sink.ts'
import { openTextSink } from './text-sink.ts'

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies must neither keep, compress nor collect what passes. Browsers must not keep it either: Chromium's cache makes a tab that asks
  // for what another is just receiving wait for that, and asks twice when the other tab is closed.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  // The stream ends with its connection. Without a word of it, clients would pool the connection for their next request.
  connection: 'close',
}

/**
 * Begins a response of server-sent events: chunked for HTTP/1.1 clients, plain text for all others. All earlier
 * responses on the connection must have been sent.
 */
export function openSseSink(
  response: ServerResponse<IncomingMessage>,
  options: { headers: Record<string, string>; stallTimeoutMs: number },
): Sink {
  const isChunked = response.req.httpVersion === '1.1'
  // HTTP/1.0 clients may claim to accept chunks (`te: chunked`), as proxies forward that header without supporting
  // them.
  response.useChunkedEncodingByDefault = isChunked
  response.writeHead(200, {
    ...headers,
    ...options.headers,
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : {}),
  })
  response.flushHeaders()
  response.setTimeout(options.stallTimeoutMs, cutIfStalled)
  return isChunked ? openChunkSink(response) : openTextSink(response, response.req.socket)
}

/** Called by Node after a time without socket activity. Idle streams stay open; streams with unsent data are closed. */
function cutIfStalled(this: void, socket?: Socket): void {
  if (socket && socket.writableLength > 0) socket.destroy()
}
