import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireExistingUser, notParticipant } from '../domain/checks.ts'
import type { ConversationAccess } from '../domain/queries.ts'
import { openConversationStream } from '../signals/open-conversation-stream.ts'
import { getCaller, type AppContext } from './authentication.ts'
import { unknownRoute } from './error-response.ts'
import { respondWithStream } from './stream-response.ts'

/** Matches the path of `listenConversation` where the id holds raw slashes: the official client does not encode it there. */
export const rawListenUrl = '/:webhookId/conversations/*'
const ending = /^(.+)\/listen\/?$/

/** The router has no pattern for what stands before `/listen`: what does not end so is no route. */
export async function requireListenSuffix(request: FastifyRequest): Promise<void> {
  if (!ending.test((request.params as { '*': string })['*'])) throw unknownRoute()
}

/** Adds the route of `listenConversation`, as the contract has it and with raw slashes. */
export function addListenRoute(app: FastifyInstance, url: string, context: AppContext): void {
  const options = {
    exposeHeadRoute: false,
    onRequest: [context.authenticate],
    preHandler: context.waitForEarlierResponses,
  }
  app.get(url, options, async (request, reply) => {
    await answer(request, reply, { id: (request.params as { id: string }).id, context })
  })

  app.get(rawListenUrl, {
    exposeHeadRoute: false,
    onRequest: [requireListenSuffix, context.authenticate],
    preHandler: context.waitForEarlierResponses,
    handler: async (request, reply) => {
      const [, id = ''] = ending.exec((request.params as { '*': string })['*']) ?? []
      await answer(request, reply, { id, context })
    },
  })
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { id, context }: { id: string; context: AppContext },
): Promise<void> {
  const { user, conversation, isParticipant } = await accessTo(request, id, context)
  if (!conversation || !isParticipant) throw notParticipant(id)
  await respondWithStream(request, reply, {
    context,
    userKey: user.rowId,
    listen: (stream) =>
      openConversationStream(
        { ...stream, user, conversation, epoch: request.bot.record.epoch },
        { ...context, reads: context.storage.queries },
      ),
  })
}

/** Clients turn a raw `\` in a path into `/`: where the caller has no part in the id as it is, one of theirs that fits so counts. */
async function accessTo(
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
  const lookalike = await storage.queries.conversationByRawPath(bot, user, id)
  return lookalike ? ((await storage.queries.access(bot, userId, lookalike.id)) ?? access) : access
}
