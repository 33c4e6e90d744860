import { METHODS, type ServerResponse } from 'node:http'
import { operations, type Operation, type OperationName } from '@parley/core/contract'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  onRequestAsyncHookHandler,
} from 'fastify'
import { ApiError } from '../domain/api-error.ts'
import { isDeeperThan } from '../wire/json-depth.ts'
import { readMembers } from '../wire/json-text.ts'
import { check, checkQuery } from '../wire/validation.ts'
import { requireSharedAuth, getCaller, type AppContext } from './authentication.ts'
import { getBodyLimit } from './body-limits.ts'
import * as conversations from './conversation-handlers.ts'
import * as entries from './entry-handlers.ts'
import type { RequestContext, Handler } from './handler.ts'
import { onceOf } from './idempotency-key.ts'
import { addListenRoute, rawListenUrl, requireListenSuffix } from './listen-route.ts'
import * as users from './user-handlers.ts'

type AnyHandler = Handler<never, never>

const handlers: Record<Exclude<OperationName, 'listenConversation'>, AnyHandler> = {
  createUser: users.createUser,
  getOrCreateUser: users.getOrCreateUser,
  getUser: users.getUser,
  updateUser: users.updateUser,
  deleteUser: users.deleteUser,
  createConversation: conversations.createConversation,
  getOrCreateConversation: conversations.getOrCreateConversation,
  getConversation: conversations.getConversation,
  deleteConversation: conversations.deleteConversation,
  listConversations: conversations.listConversations,
  addParticipant: conversations.addParticipant,
  listParticipants: conversations.listParticipants,
  getParticipant: conversations.getParticipant,
  removeParticipant: conversations.removeParticipant,
  createMessage: entries.createMessage,
  listMessages: entries.listMessages,
  getMessage: entries.getMessage,
  deleteMessage: entries.deleteMessage,
  createEvent: entries.createEvent,
  getEvent: entries.getEvent,
}

/** Adds a route for every operation of the contract, and one that answers 405 for each other method on its path. */
export function addRoutes(app: FastifyInstance, context: AppContext): void {
  const methods = new Map<string, Set<HTTPMethods>>()
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const url = toRouterUrl(operation.path)
    methods.set(url, (methods.get(url) ?? new Set()).add(operation.method))
    if (name === 'listenConversation') addListenRoute(app, url, context)
    else addOperation(app, context, { name: name as keyof typeof handlers, operation, url })
  }
  for (const [url, known] of methods) {
    // `get-or-create` may be an id as well: what its path does not answer is for the route of ids.
    const ofIds = methods.get(url.replace(/[^/]+$/, ':id'))
    addMethodNotAllowed(app, url, {
      known: ofIds ? new Set([...known, ...ofIds]) : known,
      leavesHead: ofIds?.has('GET'),
    })
  }
  addMethodNotAllowed(app, rawListenUrl, { known: new Set(['GET']), before: requireListenSuffix })
}

/** `/conversations/{id}` of the contract as `/:webhookId/conversations/:id` of the router. */
export function toRouterUrl(path: string): string {
  return `/:webhookId${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
}

/** OPTIONS is answered for every route alike. */
const allMethods: HTTPMethods[] = METHODS.filter((method) => method !== 'OPTIONS' && method !== 'CONNECT')

export function addMethodNotAllowed(
  app: FastifyInstance,
  url: string,
  {
    known,
    before,
    leavesHead = false,
  }: {
    known: ReadonlySet<HTTPMethods>
    before?: onRequestAsyncHookHandler
    /** Whether HEAD is for another route. */
    leavesHead?: boolean | undefined
  },
): void {
  const others = allMethods.filter(
    (method) => !known.has(method) && !app.hasRoute({ method, url }) && !(leavesHead && method === 'HEAD'),
  )
  app.route({
    method: others,
    url,
    exposeHeadRoute: false,
    onRequest: [
      ...(before ? [before] : []),
      async (request, reply) => {
        reply.header('allow', [...known].join(', '))
        throw new ApiError(
          'MethodNotFound',
          `Unable to ${request.method} this route; it answers ${[...known].join(', ')}.`,
        )
      },
    ],
    handler: async () => undefined,
  })
}

function addOperation(
  app: FastifyInstance,
  context: AppContext,
  { name, operation, url }: { name: keyof typeof handlers; operation: Operation; url: string },
): void {
  const handler = handlers[name] as Handler
  const failed = `Unable to ${humanize(name)}`
  app.route({
    method: operation.method,
    url,
    exposeHeadRoute: operation.method === 'GET',
    bodyLimit: getBodyLimit(operation.body),
    onRequest: operation.access === 'anyone' ? [requireSharedAuth] : [context.authenticate],
    preHandler: isAsLargeAsRequest(name) ? context.startImmediately : context.waitForEarlierResponses,
    handler: async (request, reply) => {
      const call = createRequestContext(request, { context, name, operation, failed })
      send(reply, { status: operation.status, json: await handler(call), context })
      return reply
    },
  })
}

/** Operations that may be pipelined: their responses are no larger than their requests. */
function isAsLargeAsRequest(name: OperationName): boolean {
  return name === 'createMessage' || name === 'createEvent'
}

function createRequestContext(
  request: FastifyRequest,
  {
    context,
    name,
    operation,
    failed,
  }: { context: AppContext; name: string; operation: Operation; failed: string },
): RequestContext {
  const { bot } = request
  const text = typeof request.body === 'string' ? request.body : ''
  const query = operation.query ? checkQuery(operation.query, request.query as object, { failed }) : {}
  return {
    bot,
    caller: operation.access === 'anyone' ? { bot: bot.record, userId: '' } : getCaller(request),
    params: request.params as Record<string, string>,
    query,
    body: operation.body ? check(operation.body, parse(text, failed), { failed }) : {},
    bodyText: () => readMembers(text),
    storage: context.storage,
    once: operation.access === 'anyone' ? undefined : onceOf(request, name),
  }
}

const maxJsonDepth = 100

/** No body counts as an empty object, also when its content-type says JSON. */
function parse(text: string, failed: string): unknown {
  if (text.trim() === '') return {}
  if (isDeeperThan(maxJsonDepth, text)) {
    throw new ApiError(
      'InvalidPayload',
      `${failed}; the body nests arrays and objects in more than ${maxJsonDepth} levels. Use fewer.`,
    )
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ApiError('InvalidPayload', `${failed}; the body is not valid JSON.`, { cause })
  }
}

function send(
  reply: FastifyReply,
  { status, json, context }: { status: number; json: string | Uint8Array; context: AppContext },
): void {
  if (json.length > largeBytes) reserveUntilSent(reply.raw, { bytes: json.length, context })
  reply.code(status).header('content-type', 'application/json; charset=utf-8').send(json)
}

/** Smaller responses mostly fit into the buffers of the operating system. */
const largeBytes = 64 * 1024

function reserveUntilSent(
  response: ServerResponse,
  { bytes, context: { sendBudget, stallTimeoutMs, inFlight } }: { bytes: number; context: AppContext },
): void {
  // The response itself has no socket to close while it waits for its turn.
  const cut = (): void => {
    response.req.socket.destroy()
  }
  inFlight.onFinished(response, sendBudget.reserve(bytes, cut))
  response.setTimeout(stallTimeoutMs, cut)
}

/** `getOrCreateUser` as `get or create user`. */
function humanize(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
