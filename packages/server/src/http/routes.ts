import { hash } from 'node:crypto'
import { METHODS, type ServerResponse } from 'node:http'
import {
  describeOperation,
  extensions,
  operations,
  type ExtensionName,
  type Operation,
  type OperationName,
} from '@parley/core/contract'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  onRequestAsyncHookHandler,
} from 'fastify'
import type { IdempotencyKey } from '../domain/commands.ts'
import { ApiError } from '../wire/api-error.ts'
import { isDeeperThan, readMembers } from '../wire/json-text.ts'
import { check, checkQuery } from '../wire/validation.ts'
import { authenticate, getCaller, requireSharedAuth } from './authentication.ts'
import * as conversations from './conversation-handlers.ts'
import * as entries from './entry-handlers.ts'
import { getBodyLimit } from './request-body.ts'
import type { AppContext, Handler, RequestContext } from './request-context.ts'
import { addStreamRoutes, rawListenUrl, requireListenSuffix } from './stream-routes.ts'
import * as users from './user-handlers.ts'

type AnyHandler = Handler<never, never>

type StreamName = 'listenConversation' | 'listenUser'

const handlers: Record<Exclude<OperationName | ExtensionName, StreamName>, AnyHandler> = {
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
  sendTyping: conversations.sendTyping,
  stop: conversations.stop,
}

/** Adds a route for every operation and extension of the contract. Other methods on their paths get 405. */
export function addRoutes(app: FastifyInstance, context: AppContext): void {
  const methods = new Map<string, Set<HTTPMethods>>()
  for (const [name, operation] of Object.entries<Operation>({ ...operations, ...extensions })) {
    const url = toRouterUrl(operation.path)
    methods.set(url, (methods.get(url) ?? new Set()).add(operation.method))
    if (isHandled(name)) addOperation(app, context, { name, operation, url })
  }
  const streamUrls = {
    listenConversation: toRouterUrl(operations.listenConversation.path),
    listenUser: toRouterUrl(extensions.listenUser.path),
  }
  addStreamRoutes(app, streamUrls, context)
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

function isHandled(name: string): name is keyof typeof handlers {
  return Object.hasOwn(handlers, name)
}

/** Converts `/conversations/{id}` of the contract to `/:webhookId/conversations/:id` of the router. */
function toRouterUrl(path: string): string {
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
    onRequest: operation.access === 'anyone' ? [requireSharedAuth] : [authenticate],
    preHandler: hasSmallResponse(name) ? context.startImmediately : context.waitForEarlierResponses,
    handler: async (request, reply) => {
      const requestContext = createRequestContext(request, { context, name, operation, action })
      send(reply, { status: operation.status, json: await handler(requestContext), context })
      return reply
    },
  })
}

/** Pipelined requests for these operations run concurrently, as their responses are no larger than the requests. */
function hasSmallResponse(name: keyof typeof handlers): boolean {
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
    hub: context.hub,
    idempotencyKey: isIdempotent(operation) ? readIdempotencyKey(request, name) : undefined,
  }
}

/** Whether a retry with the same `Idempotency-Key` has no further effect: every POST of a user that writes its body. */
function isIdempotent({ method, access, body }: Operation): boolean {
  return method === 'POST' && access !== 'anyone' && body !== undefined
}

const maxKeyLength = 255
/** 132 bits. */
const hashLength = 22

/**
 * Reads the `Idempotency-Key` of a POST. Only hashes of the key and of the request are stored. Both include the key,
 * which only its sender knows.
 *
 * @throws ApiError of type `InvalidPayload` if the key is empty or too long, or the header occurs twice.
 */
function readIdempotencyKey(request: FastifyRequest, operation: string): IdempotencyKey | undefined {
  const header = request.headers['idempotency-key']
  if (header === undefined) return undefined
  if (request.raw.headersDistinct['idempotency-key']?.length !== 1) {
    throw new ApiError(
      'InvalidPayload',
      'Unable to use the Idempotency-Key; the header occurs more than once. Send it once.',
    )
  }
  const key = String(header)
  if (key === '' || key.length > maxKeyLength) {
    throw new ApiError(
      'InvalidPayload',
      `Unable to use the Idempotency-Key; it is empty or too long. Use 1 to ${maxKeyLength} characters.`,
    )
  }
  const fingerprinted = [key, operation, JSON.stringify(request.params), request.body ?? '']
  return {
    key: hash('sha256', JSON.stringify([key, operation]), 'base64url').slice(0, hashLength),
    fingerprint: hash('sha256', JSON.stringify(fingerprinted), 'base64url').slice(0, hashLength),
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
  { status, json, context }: { status: number; json: string | Uint8Array | undefined; context: AppContext },
): void {
  if (json === undefined) {
    reply.code(status).send()
    return
  }
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
