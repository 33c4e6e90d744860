import { errorTypes } from './error-types.ts'
import type { Operation } from './operation-types.ts'
import { operations, type OperationName } from './operations.ts'
import { schemas } from './schemas.ts'

/** An OpenAPI 3.1 document; JSON, and no more is promised of its form here than readers of OpenAPI expect. */
export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, unknown>>
  components: Record<string, unknown>
}

const summaries: Record<OperationName, string> = {
  createUser: 'Creates a user and returns their key. Only with the shared encryption key.',
  getOrCreateUser: "Returns the key's user, making them if they do not exist. The fields given are updated.",
  getUser: "Returns the key's user.",
  updateUser: "Updates the key's user. A field not given stays as it is.",
  deleteUser: "Deletes the key's user, the conversations they own, and their messages elsewhere.",
  createConversation: 'Creates a conversation that the caller owns.',
  getOrCreateConversation: 'Returns the conversation with this id, making it if it does not exist.',
  getConversation: 'Returns a conversation.',
  deleteConversation: 'Deletes a conversation and its messages. It cannot be undone.',
  listConversations: 'Lists the conversations that the caller takes part in, newest made first.',
  listenConversation: 'Streams the signals of a conversation as server-sent events.',
  listMessages: 'Lists the messages of a conversation, newest first.',
  addParticipant: 'Adds a user to a conversation.',
  listParticipants: 'Lists the participants of a conversation, in the order they joined.',
  getParticipant: 'Returns one participant of a conversation.',
  removeParticipant: 'Removes a participant from a conversation, or lets the caller leave it.',
  createMessage: 'Sends a message.',
  getMessage: 'Returns a message.',
  deleteMessage: 'Deletes a message of the caller. It cannot be undone.',
  createEvent: 'Creates a custom event.',
  getEvent: 'Returns an event.',
}

/** Describes every operation as OpenAPI 3.1. Paths are relative to a bot's base URL, operationIds are the operations' names. */
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
      description: 'Chat with a bot: users, conversations, messages.',
    },
    servers: [{ url: options.serverUrl ?? '.' }],
    paths,
    components: {
      schemas,
      securitySchemes: { userKey: { type: 'apiKey', in: 'header', name: 'x-user-key' } },
      responses: {
        Failure: { description: 'Any failure.', content: json('Error') },
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
      ...(operation.access === 'anyone' ? {} : { [errorTypes.Unauthorized.status]: failure }),
      default: failure,
    },
  }
}

const failure = { $ref: '#/components/responses/Failure' }

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
  const description = 'The `id` of the last signal seen: everything missed since is replayed first.'
  return [{ name: 'Last-Event-ID', in: 'header', description, schema: { type: 'string' } }]
}

function isBodyRequired(operation: Operation): boolean {
  const body = operation.body && schemas[operation.body]
  return body !== undefined && 'required' in body
}

function content(operation: Operation): Record<string, unknown> {
  if (!operation.stream) return json(operation.result ?? 'Nothing')
  return { 'text/event-stream': { schema: reference(operation.stream) } }
}

function json(schema: string): Record<string, unknown> {
  return { 'application/json': { schema: reference(schema) } }
}

function reference(schema: string): Record<string, unknown> {
  return { $ref: `#/components/schemas/${schema}` }
}
