import { METHODS, type IncomingMessage, type RequestListener } from 'node:http'
import { extensions, openApiDocument, type WireErrorType } from '@parley/core/contract'
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
import { findFirstError, type BotContext } from './authentication.ts'
import { toErrorResponse, unknownRoute } from './error-response.ts'
import type { InFlightRequests } from './http-server.ts'
import { createBodyReader, isAwaitingContinue, maxBodyBytes, type BodyBudget } from './request-body.ts'
import type { AppContext } from './request-context.ts'
import { addMethodNotAllowed, addRoutes } from './routes.ts'
import { isStartPageRequest, renderStartPage, type StartPage } from './start-page.ts'

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
  /** Whether browsers get a page at the base URL of a bot. */
  readonly hasStartPage: boolean
  /** True once the server is stopping. Requests then get 503. */
  readonly isClosing: () => boolean
}

/** As long as Node allows a URL to be, so that an id of any length reaches its route and is reported as unknown. */
const maxParamLength = 16 * 1024
const capabilities = [
  'resume',
  'limit',
  'idempotency',
  ...Object.values(extensions).map(({ capability }) => capability),
]

/** Sent with every response: otherwise, shared caches could serve one user's data to another. */
const noStore = { 'cache-control': 'no-store' }

const retryAfterSeconds: Partial<Record<WireErrorType, string>> = { Unavailable: '1', RateLimited: '5' }

/** The Chat API, independent of how requests arrive. */
export interface App {
  readonly respond: RequestListener
  /** Call it when no request is in flight. */
  close(): Promise<void>
}

/** Creates the Chat API with Fastify: every route of the contract for every bot. */
export async function createApp(options: AppOptions): Promise<App> {
  const { bots, cors, logger } = options
  const responseHeaders = (request: FastifyRequest): Record<string, string> => ({
    ...noStore,
    ...cors(request.headers.origin, false),
    'x-request-id': request.id,
  })
  const sendBudget = createSendBudget()
  const bodies = createBodyReader(options.bodyBudget)
  const context: AppContext = {
    ...options,
    responseHeaders,
    sendBudget,
    replayThrottle: createReplayThrottle(sendBudget),
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
      .headers(responseHeaders(request))
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
    reply.headers(responseHeaders(request))
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
    const page = options.hasStartPage && findStartPage(request, bots)
    if (page) {
      reply.headers(page.headers).send(page.html)
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
  await app.ready()
  return {
    respond: (request, response) => {
      if (options.inFlight.add({ request, response })) app.routing(request, response)
    },
    close: () => app.close(),
  }
}

function findStartPage(
  { raw, url }: FastifyRequest,
  bots: ReadonlyMap<string, BotContext>,
): StartPage | undefined {
  if (!isStartPageRequest(raw, url)) return undefined
  const bot = bots.get(parseWebhookId(url))
  return (
    bot &&
    renderStartPage(
      {
        webhookId: bot.webhookId,
        name: bot.definition.name,
        isShared: bot.auth === 'shared',
        hasMessageHandler: bot.definition.onMessage !== undefined,
      },
      url,
    )
  )
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

type RequestLine = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

/** Returns the path and query of a request target, which may be a whole URL (RFC 9112, 3.2.2), below the base path. */
function getPath(url = '/', basePath = ''): string {
  const path = url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?#]*\/?/i, '/')
  if (basePath === '' || !path.startsWith(basePath)) return path
  const rest = path.slice(basePath.length)
  return /^(?:$|[/?#])/.test(rest) ? rest.replace(/^(?!\/)/, '/') : path
}

/** Returns the first segment of the path below the base path, decoded; an empty string if there is none. */
export function parseWebhookId(url: string | undefined, basePath?: string): string {
  const [, segment = ''] = /^\/([^/?#]*)/.exec(getPath(url, basePath)) ?? []
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Returns the path for the router, with deviations of known clients corrected. */
function normalizePath({ method, url, headers }: RequestLine, basePath?: string): string {
  const path = getPath(url, basePath)
  // A base URL with a trailing slash results in an empty segment after the webhook id.
  const normalized = path.includes('//') ? path.replace(/^(\/[^/]+)\/\//, '$1/') : path
  // The official client does not encode the id in `listenConversation`: to the router, the stream of a conversation
  // `a/participants` is the participant `listen` of `a`.
  return method === 'GET' && headers.accept?.includes('text/event-stream')
    ? normalized.replace(
        /^(\/[^/]+\/conversations\/[^/?#]+)\/participants\/listen(?=\/?(?:[?#]|$))/,
        '$1%2Fparticipants/listen',
      )
    : normalized
}

/** Returns the CORS headers of a response: which pages may call the API, and which headers they may send and read. */
export type Cors = (origin: string | undefined, isPreflight: boolean) => Record<string, string>

const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
  // axios, in the official client, sends x-xsrf-token if the page has a cookie XSRF-TOKEN. The server ignores it.
  'access-control-allow-headers': 'content-type, x-user-key, last-event-id, idempotency-key, x-xsrf-token',
  'access-control-max-age': '86400',
}
const exposedHeaders =
  'retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, ratelimit-policy, x-request-id'

/**
 * Responds with the caller's own origin: browsers that send credentials reject `*`.
 *
 * @param origins - The allowed origins; undefined allows all.
 */
export function createCors(origins: readonly string[] | undefined): Cors {
  const allowedOrigins = origins && new Set(origins.map((origin) => origin.replace(/\/$/, '').toLowerCase()))
  return (origin, isPreflight) => {
    if (origin === undefined || (allowedOrigins && !allowedOrigins.has(origin.toLowerCase())))
      return { vary: 'origin' }
    return {
      vary: 'origin',
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      ...(isPreflight ? preflightHeaders : { 'access-control-expose-headers': exposedHeaders }),
    }
  }
}
