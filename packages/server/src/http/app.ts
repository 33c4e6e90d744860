import { isUtf8 } from 'node:buffer'
import { METHODS } from 'node:http'
import { openApiDocument, type WireErrorType } from '@parley/core/contract'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { Refusal } from '../domain/refusal.ts'
import type { Logger } from '../logger.ts'
import type { Hub } from '../signals/hub.ts'
import type { ReplayLimits } from '../signals/listen.ts'
import { createReplayPace } from '../signals/replay-pace.ts'
import { createSendBudget } from '../signals/send-budget.ts'
import type { Storage } from '../storage/storage.ts'
import { version } from '../version.ts'
import { newId } from '../wire/new-id.ts'
import { authenticate, type AppContext } from './authentication.ts'
import type { BotContext } from './bot-context.ts'
import type { Cors } from './cors.ts'
import { addExtensionRoutes, extensionAbilities } from './extension-routes.ts'
import { failureOf, unknownRoute } from './failure.ts'
import { noStore } from './no-store.ts'
import { routedPathOf } from './request-path.ts'
import { addRoutes, refuseOtherMethods } from './routes.ts'
import { createStreamLimit } from './stream-limit.ts'
import type { UnderWay } from './under-way.ts'

export interface AppOptions {
  readonly bots: ReadonlyMap<string, BotContext>
  readonly storage: Storage
  readonly hub: Hub
  readonly logger: Logger
  readonly cors: Cors
  readonly replay: ReplayLimits
  readonly underWay: UnderWay
  readonly maxStreamsPerUser: number
  readonly stallTimeoutMs: number
  readonly now: () => number
  readonly monotonicNow: () => number
  /** True once the server stops: whoever still asks is told to come back. */
  readonly isClosing: () => boolean
}

const maxBodyBytes = 1024 * 1024
/** No shorter than Node lets an address be: an id that is too long is an unknown one, and no unknown route. */
const maxParamLength = 16 * 1024
const json = /^application\/(?:[\w.+-]+\+)?json\b/i
const abilities = ['resume', 'limit', 'idempotency', ...extensionAbilities]

const retryAfterSeconds: Partial<Record<WireErrorType, string>> = { Unavailable: '1', RateLimited: '5' }

/** The Chat API as a Fastify application: every route of the contract, for every bot. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { bots, cors, logger } = options
  const corsHeaders = (request: FastifyRequest) => cors(request.headers.origin, false)
  const sendBudget = createSendBudget()
  const context: AppContext = {
    ...options,
    corsHeaders,
    authenticate,
    sendBudget,
    pace: createReplayPace(sendBudget),
    streamLimit: createStreamLimit(options.maxStreamsPerUser),
    waitForTurn: async (_, reply) => {
      const isOpen = await options.underWay.turnOf(reply.raw)
      // Nobody reads the response on a connection that has closed.
      if (isOpen === false) reply.hijack()
    },
  }

  const app = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    genReqId: createRequestIds(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength },
    exposeHeadRoutes: true,
    rewriteUrl: routedPathOf,
    // Refused by ourselves, in the shape of every other failure.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      answerFailure(error, request, reply)
    },
  })
  // Each of them has to be known to be refused.
  for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  app.decorateRequest('bot')
  app.decorateRequest('claims', undefined)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const type = request.headers['content-type']
    if (body.length > 0 && type !== undefined && !json.test(type)) {
      done(new Refusal('UnsupportedMediaType', 'Unable to read the body; send it as application/json.'))
    } else if (!isUtf8(body)) {
      done(new Refusal('InvalidPayload', 'Unable to read the body; it is not valid UTF-8.'))
    } else done(null, body.toString())
  })

  function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { failure: body, isFault } = failureOf(options.storage.refusalOf(error) ?? error)
    const fields = { errorId: body.id, type: body.type, requestId: request.id, method: request.method }
    const route = request.routeOptions.url
    if (isFault) logger.error({ ...fields, route, err: error }, 'a request failed')
    else logger.info({ ...fields, route }, 'a request was refused')
    const retryAfter = retryAfterSeconds[body.type]
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
    reply
      .code(body.code)
      .headers({ ...noStore, ...corsHeaders(request), 'x-request-id': request.id })
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify(body))
  }
  app.setErrorHandler((error, request, reply) => {
    answerFailure(error, request, reply)
  })
  app.setNotFoundHandler((request, reply) => {
    answerFailure(unknownRoute(), request, reply)
  })

  app.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'OPTIONS') {
      reply
        .code(204)
        .headers({ ...noStore, ...cors(request.headers.origin, true) })
        .send()
      return
    }
    reply.headers({ ...noStore, ...corsHeaders(request), 'x-request-id': request.id })
    if (options.isClosing()) {
      reply.header('connection', 'close')
      done(new Refusal('Unavailable', 'Unable to answer; the server is stopping. Try again in a moment.'))
      return
    }
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') {
      done(new Refusal('InvalidDataFormat', 'Unable to read the request; it has no host header.'))
      return
    }
    // Here, and not in the handler: what is wrong with the body of a request without a route is no concern.
    if (request.is404) {
      done(unknownRoute())
      return
    }
    const { webhookId = '' } = request.params as { webhookId?: string }
    const bot = bots.get(webhookId)
    if (bot) request.bot = bot
    done(bot ? undefined : unknownBot())
  })

  addDescriptions(app)
  addRoutes(app, context)
  addExtensionRoutes(app, context)
  await app.ready()
  return app
}

/** Unique to the process by its first part, to the request by its second; cheaper than a random one for each. */
function createRequestIds(): () => string {
  const process = newId('req')
  let count = 0
  return () => `${process}_${(++count).toString(36)}`
}

function unknownBot(): Refusal {
  return new Refusal('ResourceNotFound', 'Unable to find this route; no bot has this webhook id.')
}

/** What the server says of itself; needs no key. */
function addDescriptions(app: FastifyInstance): void {
  const document = JSON.stringify(openApiDocument({ version }))
  const jsonType = 'application/json; charset=utf-8'
  app.get('/:webhookId/openapi.json', async (_, reply) =>
    reply.header('content-type', jsonType).send(document),
  )
  app.get('/:webhookId/hello', async ({ bot: { definition, record } }, reply) => {
    const { name, pictureUrl } = definition
    const bot = { id: record.userId, name, pictureUrl }
    return reply
      .header('content-type', jsonType)
      .send(JSON.stringify({ name: 'parley', version, abilities, bot }))
  })
  for (const url of ['/:webhookId/openapi.json', '/:webhookId/hello'])
    refuseOtherMethods(app, url, { known: new Set(['GET']) })
}
