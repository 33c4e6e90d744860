import { METHODS, type IncomingMessage } from 'node:http'
import { openApiDocument, type WireErrorType } from '@parley/core/contract'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Storage } from '../domain/storage.ts'
import type { Logger } from '../logger.ts'
import type { Hub } from '../signals/hub.ts'
import type { ReplayLimits } from '../signals/open-conversation-stream.ts'
import { createReplayThrottle } from '../signals/replay-throttle.ts'
import { createSendBudget } from '../signals/send-budget.ts'
import { version } from '../version.ts'
import { ApiError } from '../wire/api-error.ts'
import { newId } from '../wire/ids.ts'
import { errorJson, serverInfoJson } from '../wire/render.ts'
import { authenticate, findFirstError, type AppContext } from './authentication.ts'
import type { BotContext } from './bot-context.ts'
import type { Cors } from './cors.ts'
import { toErrorResponse, unknownRoute } from './error-response.ts'
import { noStore } from './error-response.ts'
import { addExtensionRoutes, extensionCapabilities } from './extension-routes.ts'
import type { InFlightRequests } from './in-flight-requests.ts'
import type { BodyBudget } from './request-body.ts'
import { maxBodyBytes } from './request-body.ts'
import { createBodyReader, isAwaitingContinue } from './request-body.ts'
import { normalizePath } from './request-path.ts'
import { addMethodNotAllowed, addRoutes } from './routes.ts'
import { createStreamLimit } from './stream-limit.ts'

export interface AppOptions {
  readonly bots: ReadonlyMap<string, BotContext>
  readonly storage: Storage
  readonly hub: Hub
  readonly logger: Logger
  readonly cors: Cors
  /** Removed from the paths of requests. */
  readonly basePath: string | undefined
  readonly replay: ReplayLimits
  readonly inFlight: InFlightRequests
  readonly bodyBudget: BodyBudget
  readonly maxStreamsPerUser: number
  readonly stallTimeoutMs: number
  readonly now: () => number
  readonly monotonicNow: () => number
  /** True once the server is stopping. Requests then get 503. */
  readonly isClosing: () => boolean
}

/** As long as Node allows a URL to be, so that an id of any length reaches its route and is reported as unknown. */
const maxParamLength = 16 * 1024
const capabilities = ['resume', 'limit', 'idempotency', ...extensionCapabilities]

const retryAfterSeconds: Partial<Record<WireErrorType, string>> = { Unavailable: '1', RateLimited: '5' }

/** Creates the Chat API as a Fastify app, with every route of the contract for every bot. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { bots, cors, logger } = options
  const corsHeaders = (request: FastifyRequest) => cors(request.headers.origin, false)
  const sendBudget = createSendBudget()
  const bodies = createBodyReader(options.bodyBudget)
  const context: AppContext = {
    ...options,
    corsHeaders,
    authenticate,
    sendBudget,
    replayThrottle: createReplayThrottle(sendBudget),
    streamLimit: createStreamLimit(options.maxStreamsPerUser),
    waitForEarlierResponses: async (request, reply) => {
      const isOpen = await options.inFlight.waitForEarlier(reply.raw)
      bodies.releaseShare(request)
      // The connection has closed, so the response cannot be sent.
      if (isOpen === false) reply.hijack()
    },
    startImmediately: async (request) => {
      bodies.releaseShare(request)
    },
  }

  const app = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    genReqId: createRequestIds(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength },
    exposeHeadRoutes: true,
    rewriteUrl: (request) => normalizePath(request, options.basePath),
    // `onRequest` rejects these requests, in the error format of the API.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      sendError(error, request, reply)
    },
  })
  // Fastify only routes known methods, and every other method must get a 405.
  for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  app.decorateRequest('bot')
  app.decorateRequest('claims', undefined)
  app.decorateRequest('bodyShare', undefined)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request: FastifyRequest, body: IncomingMessage) =>
    bodies.read(request, body),
  )

  function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { body, isInternal } = toErrorResponse(options.storage.toApiError(error) ?? error)
    const fields = { errorId: body.id, type: body.type, requestId: request.id, method: request.method }
    const route = request.routeOptions.url
    if (isInternal)
      logger.error({ ...fields, route, err: error }, 'a request failed with an unexpected error')
    else logger.info({ ...fields, route }, 'a request was rejected')
    const retryAfter = retryAfterSeconds[body.type]
    // The client may send its body anyway, so the next bytes on this connection are ambiguous.
    if (isAwaitingContinue(request)) reply.header('connection', 'close')
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
    reply
      .code(body.code)
      .headers({ ...noStore, ...corsHeaders(request), 'x-request-id': request.id })
      .header('content-type', 'application/json; charset=utf-8')
      .send(errorJson(body))
  }
  app.setErrorHandler(async (error, request, reply) => {
    sendError(await findFirstError(request, error, options.storage), request, reply)
    return reply
  })
  app.setNotFoundHandler((request, reply) => {
    sendError(unknownRoute(), request, reply)
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
      done(
        new ApiError(
          'Unavailable',
          'Unable to process the request; the server is stopping. Try again in a moment.',
        ),
      )
      return
    }
    const hostProblem = findHostProblem(request.raw)
    if (hostProblem) {
      done(new ApiError('InvalidDataFormat', `Unable to read the request; ${hostProblem}. Send exactly one.`))
      return
    }
    // Checked before the body is read: an unknown route takes precedence over a malformed body.
    if (request.is404) {
      done(unknownRoute())
      return
    }
    const { webhookId = '' } = request.params as { webhookId?: string }
    const bot = bots.get(webhookId)
    if (bot) request.bot = bot
    done(bot ? undefined : unknownBot())
  })

  app.addHook('preParsing', (request, reply, _, done) => {
    try {
      bodies.sendContinue(request, reply)
      done()
    } catch (error) {
      done(error as Error)
    }
  })

  addInfoRoutes(app)
  addRoutes(app, context)
  addExtensionRoutes(app, context)
  await app.ready()
  return app
}

/** A request must have exactly one host (RFC 9112, 3.2): proxies disagree on which of two applies. */
function findHostProblem({ headers, httpVersion, rawHeaders }: IncomingMessage): string | undefined {
  if (headers.host === undefined) return httpVersion === '1.1' ? 'it has no Host header' : undefined
  const count = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length
  return count > 1 ? 'it has more than one Host header' : undefined
}

/** A random id for the process and a counter: cheaper than a random id for each request. */
function createRequestIds(): () => string {
  const prefix = newId('req')
  let count = 0
  return () => `${prefix}_${(++count).toString(36)}`
}

function unknownBot(): ApiError {
  return new ApiError(
    'ResourceNotFound',
    'Unable to find this route; no bot has this webhook id. Check the base URL.',
  )
}

/** The routes that describe the server. They need no user key. */
function addInfoRoutes(app: FastifyInstance): void {
  const document = JSON.stringify(openApiDocument({ version }))
  const jsonType = 'application/json; charset=utf-8'
  app.get('/:webhookId/openapi.json', async (_, reply) =>
    reply.header('content-type', jsonType).send(document),
  )
  app.get('/:webhookId/hello', async ({ bot: { definition, record } }, reply) => {
    const { name, pictureUrl } = definition
    const bot = { id: record.userId, name, pictureUrl }
    return reply.header('content-type', jsonType).send(serverInfoJson({ version, capabilities, bot }))
  })
  for (const url of ['/:webhookId/openapi.json', '/:webhookId/hello'])
    addMethodNotAllowed(app, url, { allowed: new Set(['GET']) })
}
