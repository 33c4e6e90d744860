import { METHODS, type ServerResponse } from 'node:http'
import { describeOperation, operations, type Operation, type OperationName } from '@parley/core/contract'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  onRequestAsyncHookHandler,
} from 'fastify'
import { ApiError } from '../wire/api-error.ts'
import { isDeeperThan, readMembers } from '../wire/json-text.ts'
import { check, checkQuery } from '../wire/validation.ts'
import { getCaller, requireSharedAuth, type AppContext } from './authentication.ts'
import * as conversations from './conversation-handlers.ts'
import * as entries from './entry-handlers.ts'
import type { Handler, RequestContext } from './handler.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { addListenRoute, rawListenUrl, requireListenSuffix } from './listen-route.ts'
import { getBodyLimit } from './request-body.ts'
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

/** Adds a route for every operation of the contract. Other methods on their paths get 405. */
export function addRoutes(app: FastifyInstance, context: AppContext): void {
  const methods = new Map<string, Set<HTTPMethods>>()
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const url = toRouterUrl(operation.path)
    methods.set(url, (methods.get(url) ?? new Set()).add(operation.method))
    if (name === 'listenConversation') addListenRoute(app, url, context)
    else addOperation(app, context, { name: name as keyof typeof handlers, operation, url })
  }
  for (const [url, allowed] of methods) {
    // `get-or-create` is also a valid id, so the route of ids handles the remaining methods.
    const idMethods = methods.get(url.replace(/[^/]+$/, ':id'))
    addMethodNotAllowed(app, url, {
      allowed: idMethods ? new Set([...allowed, ...idMethods]) : allowed,
      isHeadHandled: idMethods?.has('GET'),
    })
  }
  addMethodNotAllowed(app, rawListenUrl, { allowed: new Set(['GET']), before: requireListenSuffix })
}

/** Converts `/conversations/{id}` of the contract to `/:webhookId/conversations/:id` of the router. */
export function toRouterUrl(path: string): string {
  return `/:webhookId${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
}

/** An `onRequest` hook of the app responds to OPTIONS. */
const allMethods: HTTPMethods[] = METHODS.filter((method) => method !== 'OPTIONS' && method !== 'CONNECT')

export function addMethodNotAllowed(
  app: FastifyInstance,
  url: string,
  {
    allowed,
    before,
    isHeadHandled = false,
  }: {
    allowed: ReadonlySet<HTTPMethods>
    before?: onRequestAsyncHookHandler
    /** Whether another route handles HEAD. */
    isHeadHandled?: boolean | undefined
  },
): void {
  const otherMethods = allMethods.filter(
    (method) =>
      !allowed.has(method) && !app.hasRoute({ method, url }) && !(isHeadHandled && method === 'HEAD'),
  )
  app.route({
    method: otherMethods,
    url,
    exposeHeadRoute: false,
    onRequest: [
      ...(before ? [before] : []),
      async (request, reply) => {
        reply.header('allow', [...allowed].join(', '))
        throw new ApiError(
          'MethodNotFound',
          `Unable to process the request; ${request.method} is not allowed here. Use ${[...allowed].join(' or ')}.`,
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
  const action = describeOperation(name)
  app.route({
    method: operation.method,
    url,
    exposeHeadRoute: operation.method === 'GET',
    bodyLimit: getBodyLimit(operation.body),
    onRequest: operation.access === 'anyone' ? [requireSharedAuth] : [context.authenticate],
    preHandler: hasSmallResponse(name) ? context.startImmediately : context.waitForEarlierResponses,
    handler: async (request, reply) => {
      const requestContext = createRequestContext(request, { context, name, operation, action })
      send(reply, { status: operation.status, json: await handler(requestContext), context })
      return reply
    },
  })
}

/** Pipelined requests for these operations run concurrently, as their responses are no larger than the requests. */
function hasSmallResponse(name: OperationName): boolean {
  return name === 'createMessage' || name === 'createEvent'
}

function createRequestContext(
  request: FastifyRequest,
  {
    context,
    name,
    operation,
    action,
  }: { context: AppContext; name: string; operation: Operation; action: string },
): RequestContext {
  const { bot } = request
  const text = typeof request.body === 'string' ? request.body : ''
  const query = operation.query ? checkQuery(operation.query, request.query as object, { action }) : {}
  return {
    bot,
    caller: operation.access === 'anyone' ? { bot: bot.record, userId: '' } : getCaller(request),
    params: request.params as Record<string, string>,
    query,
    body: operation.body ? check(operation.body, parse(text, action), { action }) : {},
    bodyText: () => readMembers(text),
    storage: context.storage,
    idempotencyKey: operation.access === 'anyone' ? undefined : readIdempotencyKey(request, name),
  }
}

const maxJsonDepth = 100

/** Reads an empty body as an empty object, whatever its content-type. */
function parse(text: string, action: string): unknown {
  if (text.trim() === '') return {}
  if (isDeeperThan(maxJsonDepth, text)) {
    throw new ApiError(
      'InvalidPayload',
      `Unable to ${action}; the body nests arrays and objects more than ${maxJsonDepth} levels deep. Use fewer levels.`,
    )
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ApiError(
      'InvalidPayload',
      `Unable to ${action}; the body is not valid JSON. Correct its syntax.`,
      { cause },
    )
  }
}

function send(
  reply: FastifyReply,
  { status, json, context }: { status: number; json: string | Uint8Array; context: AppContext },
): void {
  if (json.length > largeBytes) reserveUntilSent(reply.raw, { bytes: json.length, context })
  reply.code(status).header('content-type', 'application/json; charset=utf-8').send(json)
}

/** Smaller responses mostly fit into the buffers of the operating system and need no budget. */
const largeBytes = 64 * 1024

function reserveUntilSent(
  response: ServerResponse,
  { bytes, context: { sendBudget, stallTimeoutMs, inFlight } }: { bytes: number; context: AppContext },
): void {
  // The response has no socket of its own while it waits for earlier ones.
  const destroy = (): void => {
    response.req.socket.destroy()
  }
  inFlight.onFinished(response, sendBudget.reserve(bytes, destroy))
  response.setTimeout(stallTimeoutMs, destroy)
}
