import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Sink } from '../signals/listener.ts'
import { getClaims, type AppContext } from './authentication.ts'
import { openSseSink } from './sse-sink.ts'

/** What every stream has to know of the request that asked for it. */
export interface StreamRequest {
  readonly expiresAt: number
  readonly lastEventId: string | undefined
  readonly needsComments: boolean
  readonly sink: Sink
}

/** Answers a request with a stream, which `listen` fills. */
export async function respondWithStream(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    context,
    userKey,
    listen,
  }: { context: AppContext; userKey: number; listen: (stream: StreamRequest) => Promise<void> },
): Promise<void> {
  const { socket } = request.raw
  if (socket.destroyed) {
    reply.hijack()
    return
  }
  socket.once('close', context.streamLimit.open(userKey))
  const { expiresAt } = getClaims(request)
  const lastEventId = request.headers['last-event-id']
  reply.hijack()
  const headers = { ...context.corsHeaders(request), 'x-request-id': request.id }
  const sink = openSseSink(reply.raw, { headers, stallTimeoutMs: context.stallTimeoutMs })
  try {
    await listen({
      expiresAt,
      lastEventId: Array.isArray(lastEventId) ? lastEventId[0] : lastEventId,
      // The official client in Node sends no user-agent, and may listen on a socket that its own idle timer still watches.
      needsComments: request.headers['user-agent'] === undefined,
      sink,
    })
  } catch (error) {
    context.logger.error({ err: error, requestId: request.id }, 'a stream failed')
    sink.destroy()
  }
}
