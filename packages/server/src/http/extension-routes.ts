import { extensions, type Extension, type ExtensionName } from '@parley/core/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireExistingUser } from '../domain/checks.ts'
import { openUserStream } from '../signals/open-user-stream.ts'
import { getCaller, type AppContext } from './authentication.ts'
import { getBodyLimit } from './body-limits.ts'
import { requireMembership } from './conversation-handlers.ts'
import { addMethodNotAllowed, toRouterUrl } from './routes.ts'
import { respondWithStream } from './stream-response.ts'

type Answer = (request: FastifyRequest, reply: FastifyReply, context: AppContext) => Promise<void>

/** What this server adds to the operations of the contract, by its name in the contract's table of extensions. */
const answers: Record<ExtensionName, Answer> = {
  /** A stream that is fresh starts with what comes: the wait for the official client is not for a route it does not know. */
  listenUser: async (request, reply, context) => {
    const { queries: reads } = context.storage
    const caller = getCaller(request)
    const user = requireExistingUser(await reads.user(caller.bot, caller.userId), caller)
    await respondWithStream(request, reply, {
      context,
      userKey: user.rowId,
      listen: (stream) =>
        openUserStream({ ...stream, user, epoch: request.bot.record.epoch }, { ...context, reads }),
    })
  },

  sendTyping: async (request, reply, { storage, hub }) => {
    const { conversationId = '' } = request.params as { conversationId?: string }
    const caller = getCaller(request)
    const { conversation } = await requireMembership({ caller, storage }, conversationId)
    const json = JSON.stringify({ conversationId: conversation.id, userId: caller.userId })
    hub.publishEphemeral(conversation.rowId, { event: 'typing', json })
    reply.code(204).send()
  },
}

/** What `/hello` says of them. */
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
      handler: (request, reply) => answers[name as ExtensionName](request, reply, context),
    })
    addMethodNotAllowed(app, url, { known: new Set([method]) })
  }
}
