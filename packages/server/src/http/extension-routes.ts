import { extensions, type Extension, type ExtensionName } from '@parley/core/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireExistingUser } from '../domain/checks.ts'
import { openUserStream } from '../signals/open-user-stream.ts'
import { typingJson } from '../wire/render.ts'
import { getCaller, type AppContext } from './authentication.ts'
import { requireMembership } from './conversation-handlers.ts'
import { getBodyLimit } from './request-body.ts'
import { addMethodNotAllowed, toRouterUrl } from './routes.ts'
import { respondWithStream } from './stream-response.ts'

type ExtensionHandler = (request: FastifyRequest, reply: FastifyReply, context: AppContext) => Promise<void>

/** The handlers of the extensions, by their names in the contract. */
const handlers: Record<ExtensionName, ExtensionHandler> = {
  /** Fresh streams start without the initial delay: the official client does not use this route. */
  listenUser: async (request, reply, context) => {
    const { queries } = context.storage
    const caller = getCaller(request)
    const user = requireExistingUser(await queries.user(caller.bot, caller.userId), caller)
    await respondWithStream(request, reply, {
      context,
      userRowId: user.rowId,
      openStream: (stream) =>
        openUserStream({ ...stream, user, epoch: request.bot.record.epoch }, { ...context, queries }),
    })
  },

  sendTyping: async (request, reply, { storage, hub }) => {
    const { conversationId = '' } = request.params as { conversationId?: string }
    const caller = getCaller(request)
    const { conversation } = await requireMembership({ caller, storage }, conversationId)
    const json = typingJson(conversation.id, caller.userId)
    hub.publishEphemeral(conversation.rowId, { event: 'typing', json })
    reply.code(204).send()
  },

  stop: async (request, reply, { storage }) => {
    const { conversationId = '' } = request.params as { conversationId?: string }
    const caller = getCaller(request)
    const { conversation } = await requireMembership({ caller, storage }, conversationId)
    await request.bot.runner?.stopTurn(conversation.rowId)
    reply.code(204).send()
  },
}

/** Listed in `/hello`. */
export const extensionCapabilities: string[] = Object.values(extensions).map(({ capability }) => capability)

export function addExtensionRoutes(app: FastifyInstance, context: AppContext): void {
  for (const [name, { method, path }] of Object.entries<Extension>(extensions)) {
    const url = toRouterUrl(path)
    app.route({
      method,
      url,
      exposeHeadRoute: false,
      bodyLimit: getBodyLimit(undefined),
      onRequest: [context.authenticate],
      preHandler: context.waitForEarlierResponses,
      handler: (request, reply) => handlers[name as ExtensionName](request, reply, context),
    })
    addMethodNotAllowed(app, url, { allowed: new Set([method]) })
  }
}
