import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Sink } from '../signals/listener.ts'
import { getClaims, type AppContext } from './authentication.ts'
import { openSseSink } from './sse-sink.ts'

/** The parts of a request that every stream needs. */
export interface StreamRequest {
  readonly expiresAt: number
  readonly lastEventId: string | undefined
  readonly needsComments: boolean
  readonly sink: Sink
}

/** Responds with a stream, which `openStream` writes. */
export async function respondWithStream(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    context,
    userRowId,
    openStream,
  }: { context: AppContext; userRowId: number; openStream: (stream: StreamRequest) => Promise<void> },
): Promise<void> {
  const { socket } = request.raw
  if (socket.destroyed) {
    reply.hijack()
    return
  }
  socket.once('close', context.streamLimit.open(userRowId))
  const { expiresAt } = getClaims(request)
  const lastEventId = request.headers['last-event-id']
  reply.hijack()
  const headers = { ...context.corsHeaders(request), 'x-request-id': request.id }
  const sink = openSseSink(reply.raw, { headers, stallTimeoutMs: context.stallTimeoutMs })
  try {
    await openStream({
      expiresAt,
      lastEventId: Array.isArray(lastEventId) ? lastEventId[0] : lastEventId,
      // The official client sends no user-agent in Node, where its own idle timer may close the socket of a stream.
      needsComments: request.headers['user-agent'] === undefined,
      sink,
    })
  } catch (error) {
    context.logger.error({ err: error, requestId: request.id }, 'a stream failed with an unexpected error')
    sink.destroy()
  }
}
