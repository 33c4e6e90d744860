import { extensions, type Extension, type ExtensionName } from '@parley/core/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireExistingUser } from '../domain/checks.ts'
import { listenAsUser } from '../signals/listen-as-user.ts'
import { callerOf, type AppContext } from './authentication.ts'
import { bodyLimitOf } from './body-limits.ts'
import { placeOf } from './conversation-handlers.ts'
import { refuseOtherMethods, urlOf } from './routes.ts'
import { answerWithStream } from './stream-answer.ts'

type Answer = (request: FastifyRequest, reply: FastifyReply, context: AppContext) => Promise<void>

/** What this server adds to the operations of the contract, by its name in the contract's table of extensions. */
const answers: Record<ExtensionName, Answer> = {
  /** A stream that is fresh starts with what comes: the wait for the official client is not for a route it does not know. */
  listenUser: async (request, reply, context) => {
    const { queries: reads } = context.storage
    const caller = callerOf(request)
    const user = requireExistingUser(await reads.user(caller.bot, caller.userId), caller)
    await answerWithStream(request, reply, {
      context,
      userKey: user.rowId,
      listen: (stream) =>
        listenAsUser({ ...stream, user, epoch: request.bot.record.epoch }, { ...context, reads }),
    })
  },

  sendTyping: async (request, reply, { storage, hub }) => {
    const { conversationId = '' } = request.params as { conversationId?: string }
    const caller = callerOf(request)
    const { conversation } = await placeOf({ caller, storage }, conversationId)
    const json = JSON.stringify({ conversationId: conversation.id, userId: caller.userId })
    hub.broadcast(conversation.rowId, { event: 'typing', json })
    reply.code(204).send()
  },
}

/** What `/hello` says of them. */
export const extensionAbilities: string[] = Object.values(extensions).map(({ capability }) => capability)

export function addExtensionRoutes(app: FastifyInstance, context: AppContext): void {
  for (const [name, { method, path }] of Object.entries<Extension>(extensions)) {
    const url = urlOf(path)
    app.route({
      method,
      url,
      exposeHeadRoute: false,
      bodyLimit: bodyLimitOf(undefined),
      onRequest: [context.authenticate],
      preHandler: context.waitForTurn,
      handler: (request, reply) => answers[name as ExtensionName](request, reply, context),
    })
    refuseOtherMethods(app, url, { known: new Set([method]) })
  }
}
