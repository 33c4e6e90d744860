import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { notParticipant, requireExistingUser } from '../domain/checks.ts'
import type { ConversationAccess } from '../domain/queries.ts'
import { openConversationStream } from '../signals/open-conversation-stream.ts'
import { getCaller, type AppContext } from './authentication.ts'
import { unknownRoute } from './error-response.ts'
import { respondWithStream } from './stream-response.ts'

/** The path of `listenConversation` with unencoded slashes in the id: the official client does not encode ids here. */
export const rawListenUrl = '/:webhookId/conversations/*'
const listenPath = /^(.+)\/listen\/?$/

/** The router cannot match a wildcard followed by `/listen`, so this hook rejects other paths. */
export async function requireListenSuffix(request: FastifyRequest): Promise<void> {
  if (!listenPath.test((request.params as { '*': string })['*'])) throw unknownRoute()
}

/** Adds the routes of `listenConversation`: the path of the contract, and the one with unencoded slashes. */
export function addListenRoute(app: FastifyInstance, url: string, context: AppContext): void {
  const options = {
    exposeHeadRoute: false,
    onRequest: [context.authenticate],
    preHandler: context.waitForEarlierResponses,
  }
  app.get(url, options, async (request, reply) => {
    await respond(request, reply, { id: (request.params as { id: string }).id, context })
  })

  app.get(rawListenUrl, {
    exposeHeadRoute: false,
    onRequest: [requireListenSuffix, context.authenticate],
    preHandler: context.waitForEarlierResponses,
    handler: async (request, reply) => {
      const [, id = ''] = listenPath.exec((request.params as { '*': string })['*']) ?? []
      await respond(request, reply, { id, context })
    },
  })
}

async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  { id, context }: { id: string; context: AppContext },
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
