import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { notParticipant, requireExistingUser } from '../domain/checks.ts'
import type { ConversationAccess } from '../domain/queries.ts'
import type { Sink } from '../signals/listeners.ts'
import { openConversationStream } from '../signals/open-conversation-stream.ts'
import { openUserStream } from '../signals/open-user-stream.ts'
import { ApiError } from '../wire/api-error.ts'
import { authenticate, getCaller, getClaims } from './authentication.ts'
import { unknownRoute } from './error-response.ts'
import type { AppContext } from './request-context.ts'
import { openSseSink } from './sse-sink.ts'

/** The path of `listenConversation` with unencoded slashes in the id: the official client does not encode ids here. */
export const rawListenUrl = '/:webhookId/conversations/*'
const listenPath = /^(.+)\/listen\/?$/

/** The router cannot match a wildcard followed by `/listen`, so this hook rejects other paths. */
export async function requireListenSuffix(request: FastifyRequest): Promise<void> {
  if (!listenPath.test((request.params as { '*': string })['*'])) throw unknownRoute()
}

/** Adds the routes of `listenConversation`, also with unencoded slashes in the id, and of `listenUser`. */
export function addStreamRoutes(
  app: FastifyInstance,
  urls: { listenConversation: string; listenUser: string },
  appContext: AppContext,
): void {
  const context = { ...appContext, streamLimit: createStreamLimit(appContext.maxStreamsPerUser) }
  const options = { exposeHeadRoute: false, preHandler: context.waitForEarlierResponses }

  app.get(urls.listenConversation, { ...options, onRequest: authenticate }, async (request, reply) => {
    await listenConversation(request, reply, { id: (request.params as { id: string }).id, context })
  })

  const onRequest = [requireListenSuffix, authenticate]
  app.get(rawListenUrl, { ...options, onRequest }, async (request, reply) => {
    const [, id = ''] = listenPath.exec((request.params as { '*': string })['*']) ?? []
    await listenConversation(request, reply, { id, context })
  })

  app.get(urls.listenUser, { ...options, onRequest: authenticate }, async (request, reply) => {
    await listenUser(request, reply, context)
  })
}

type StreamContext = AppContext & { readonly streamLimit: StreamLimit }

async function listenConversation(
  request: FastifyRequest,
  reply: FastifyReply,
  { id, context }: { id: string; context: StreamContext },
): Promise<void> {
  const { user, conversation, isParticipant } = await findAccess(request, id, context)
  if (!conversation || !isParticipant) throw notParticipant(id)
  await respondWithStream(request, reply, {
    context,
    userRowId: user.rowId,
    openStream: (stream) =>
      openConversationStream(
        { ...stream, user, conversation, epoch: request.bot.record.epoch },
        { ...context, queries: context.storage.queries },
      ),
  })
}

/**
 * HTTP clients replace an unencoded `\` in a path with `/`. If the caller is not a participant in the conversation with
 * this id, falls back to one of their conversations whose id differs only in these characters.
 */
async function findAccess(
  request: FastifyRequest,
  id: string,
  { storage }: AppContext,
): Promise<ConversationAccess> {
  const caller = getCaller(request)
  const { bot, userId } = caller
  const access = await storage.queries.access(bot, userId, id)
  const user = requireExistingUser(access?.user, caller)
  if (!access || access.isParticipant || !id.includes('/'))
    return access ?? { user, conversation: undefined, isParticipant: false }
  const match = await storage.queries.conversationByRawPath(bot, user, id)
  return match ? ((await storage.queries.access(bot, userId, match.id)) ?? access) : access
}

/** Fresh streams start without the initial delay: the official client does not use this route. */
async function listenUser(
  request: FastifyRequest,
  reply: FastifyReply,
  context: StreamContext,
): Promise<void> {
  const { queries } = context.storage
  const caller = getCaller(request)
  const user = requireExistingUser(await queries.user(caller.bot, caller.userId), caller)
  await respondWithStream(request, reply, {
    context,
    userRowId: user.rowId,
    openStream: (stream) =>
      openUserStream({ ...stream, user, epoch: request.bot.record.epoch }, { ...context, queries }),
  })
}

/** The parts of a request that every stream needs. */
interface StreamRequest {
  readonly expiresAt: number
  readonly lastEventId: string | undefined
  readonly needsComments: boolean
  readonly sink: Sink
}

/** Responds with a stream, which `openStream` writes. */
async function respondWithStream(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    context,
    userRowId,
    openStream,
  }: { context: StreamContext; userRowId: number; openStream: (stream: StreamRequest) => Promise<void> },
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
  const headers = context.responseHeaders(request)
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

/** Limits the number of open streams per user. */
interface StreamLimit {
  /**
   * Counts one more stream of a user.
   *
   * @returns A function to call when the stream has closed.
   * @throws ApiError of type `RateLimited` if the user has too many.
   */
  open(userRowId: number): () => void
}

function createStreamLimit(maxPerUser: number): StreamLimit {
  const counts = new Map<number, number>()
  return {
    open: (userRowId) => {
      const count = counts.get(userRowId) ?? 0
      if (count >= maxPerUser) {
        throw new ApiError(
          'RateLimited',
          `Unable to open the stream; the user already has ${count} open streams. Close one, or share one.`,
        )
      }
      counts.set(userRowId, count + 1)
      return () => {
        const remaining = (counts.get(userRowId) ?? 1) - 1
        if (remaining === 0) counts.delete(userRowId)
        else counts.set(userRowId, remaining)
      }
    },
  }
}
