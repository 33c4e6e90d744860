import { errorTypes } from './error-types.ts'
import type { Operation } from './operation-types.ts'
import { operations, type OperationName } from './operations.ts'
import { schemas } from './schemas.ts'

/** An OpenAPI 3.1 document, as JSON. Typed only loosely: validate it with an OpenAPI tool. */
export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, unknown>>
  components: Record<string, unknown>
}

const summaries: Record<OperationName, string> = {
  createUser:
    'Creates a user and returns their key. Not available if the operator of the bot issues the keys.',
  getOrCreateUser:
    "Returns the key's user, and creates them if they do not exist. Updates the fields that are present.",
  getUser: "Returns the key's user.",
  updateUser: "Updates the key's user. Fields that are absent keep their values.",
  deleteUser:
    "Deletes the key's user, the conversations they own, and their messages and events in others. Cannot be undone.",
  createConversation: 'Creates a conversation, with the caller as its owner and first participant.',
  getOrCreateConversation:
    "Returns the caller's conversation with this id, and creates it if it does not exist.",
  getConversation: 'Returns a conversation.',
  deleteConversation: 'Deletes a conversation, its messages and its events. Cannot be undone.',
  listConversations:
    'Lists the conversations in which the caller is a participant, most recently created first.',
  listenConversation: 'Streams the signals of a conversation as server-sent events.',
  listMessages: 'Lists the messages of a conversation, newest first.',
  addParticipant: 'Adds a user to a conversation. Has no effect if they are a participant already.',
  listParticipants: 'Lists the participants of a conversation, in the order in which they joined.',
  getParticipant: 'Returns one participant of a conversation.',
  removeParticipant:
    "Removes a participant from a conversation. With the caller's own id, the caller leaves it.",
  createMessage: 'Sends a message.',
  getMessage: 'Returns a message.',
  deleteMessage: 'Deletes a message of the caller. Cannot be undone.',
  createEvent: 'Creates a custom event.',
  getEvent: 'Returns a custom event of a user.',
}

/**
 * Creates the OpenAPI 3.1 document of all operations. Paths are relative to a bot's base URL; each `operationId` is the
 * operation's name.
 */
export function openApiDocument(options: { version: string; serverUrl?: string }): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {}
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const methods = (paths[operation.path] ??= {})
    methods[operation.method.toLowerCase()] = describe(name as OperationName, operation)
  }

  return {
    openapi: '3.1.0',
    info: {
      title: 'Chat API',
      version: options.version,
      description: 'Chat with a bot: users, conversations, messages, events and signals.',
    },
    servers: [{ url: options.serverUrl ?? '.' }],
    paths,
    components: {
      schemas,
      securitySchemes: { userKey: { type: 'apiKey', in: 'header', name: 'x-user-key' } },
      responses: {
        Error: { description: 'The request failed.', content: json('Error') },
      },
    },
  }
}

function describe(name: OperationName, operation: Operation): Record<string, unknown> {
  const parameters = [
    ...pathParameters(operation.path),
    ...queryParameters(operation),
    ...resumeParameter(operation),
  ]
  return {
    operationId: name,
    summary: summaries[name],
    ...(operation.access === 'anyone' ? {} : { security: [{ userKey: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(operation.body
      ? { requestBody: { required: isBodyRequired(operation), content: json(operation.body) } }
      : {}),
    responses: {
      [operation.status]: { description: 'Success.', content: content(operation) },
      ...(operation.access === 'anyone' ? {} : { [errorTypes.Unauthorized.status]: errorResponse }),
      default: errorResponse,
    },
  }
}

const errorResponse = { $ref: '#/components/responses/Error' }

function pathParameters(path: string): unknown[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(operation: Operation): unknown[] {
  const query = operation.query && schemas[operation.query]
  if (!query || !('properties' in query)) return []
  return Object.entries<unknown>(query.properties).map(([name, schema]) => ({ name, in: 'query', schema }))
}

function resumeParameter(operation: Operation): unknown[] {
  if (!operation.stream) return []
  const description = 'The `id` of the last received signal. Signals missed since then are replayed first.'
  return [{ name: 'Last-Event-ID', in: 'header', description, schema: { type: 'string' } }]
}

function isBodyRequired(operation: Operation): boolean {
  const body = operation.body && schemas[operation.body]
  return body !== undefined && 'required' in body
}

function content(operation: Operation): Record<string, unknown> {
  if (!operation.stream) return json(operation.result ?? 'Empty')
  return { 'text/event-stream': { schema: reference(operation.stream) } }
}

function json(schema: string): Record<string, unknown> {
  return { 'application/json': { schema: reference(schema) } }
}

function reference(schema: string): Record<string, unknown> {
  return { $ref: `#/components/schemas/${schema}` }
}
