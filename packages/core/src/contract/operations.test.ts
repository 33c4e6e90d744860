import { expect, test } from 'vitest'
import { errorTypes } from './error-types.ts'
import { extensions } from './extensions.ts'
import type { Operation } from './operation-types.ts'
import { describeOperation, operations } from './operations.ts'
import { schemas, type SchemaName } from './schemas.ts'

const table = Object.entries<Operation>(operations)

test('there are 21 operations, each with a unique method and path', () => {
  expect(table).toHaveLength(21)
  expect(new Set(table.map(([, { method, path }]) => `${method} ${path}`)).size).toBe(21)
})

test.each(table)('%s refers to existing schemas', (_, operation) => {
  const names = [operation.body, operation.query, operation.result, operation.stream].filter(
    (name) => name !== undefined,
  )

  expect(names.filter((name) => !(name in schemas))).toEqual([])
})

test.each(table.filter(([, { resultKey, listKey }]) => resultKey ?? listKey))(
  '%s names a property of its result',
  (_, operation) => {
    expect(propertiesOf(operation.result)).toHaveProperty(operation.listKey ?? operation.resultKey ?? '')
  },
)

test('only deletions and streams have an empty result', () => {
  const empty = table.filter(([, { resultKey, listKey }]) => !(resultKey ?? listKey)).map(([name]) => name)

  expect(empty).toEqual([
    'deleteUser',
    'deleteConversation',
    'listenConversation',
    'removeParticipant',
    'deleteMessage',
  ])
})

test('the first error type of each status is the default for error responses without a type', () => {
  const first = new Map<number, string>()
  for (const [type, { status }] of Object.entries(errorTypes)) if (!first.has(status)) first.set(status, type)

  expect(Object.fromEntries(first)).toEqual({
    0: 'NetworkFailed',
    400: 'InvalidPayload',
    401: 'Unauthorized',
    402: 'PaymentRequired',
    403: 'Forbidden',
    404: 'ResourceNotFound',
    405: 'MethodNotFound',
    409: 'AlreadyExists',
    410: 'ResourceGone',
    413: 'PayloadTooLarge',
    415: 'UnsupportedMediaType',
    429: 'RateLimited',
    500: 'Internal',
    503: 'Unavailable',
    504: 'OperationTimeout',
  })
})

function propertiesOf(name: SchemaName | undefined): object {
  const schema = name && schemas[name]
  return schema && 'properties' in schema ? schema.properties : {}
}

const actions = {
  createUser: 'create the user',
  getOrCreateUser: 'get or create the user',
  getUser: 'get the user',
  updateUser: 'update the user',
  deleteUser: 'delete the user',
  createConversation: 'create the conversation',
  getOrCreateConversation: 'get or create the conversation',
  getConversation: 'get the conversation',
  deleteConversation: 'delete the conversation',
  listConversations: 'list the conversations',
  listenConversation: 'listen to the conversation',
  listMessages: 'list the messages',
  addParticipant: 'add the participant',
  listParticipants: 'list the participants',
  getParticipant: 'get the participant',
  removeParticipant: 'remove the participant',
  createMessage: 'create the message',
  getMessage: 'get the message',
  deleteMessage: 'delete the message',
  createEvent: 'create the event',
  getEvent: 'get the event',
  listenUser: "listen to the user's conversations",
  sendTyping: 'send the typing signal',
  stop: 'stop the turn',
  createChat: 'create the chat',
  connect: 'connect',
  getServerInfo: 'get the server info',
  signUserKey: 'sign the user key',
}

test.each(Object.entries(actions))('%s is described as "%s"', (name, action) => {
  expect(describeOperation(name)).toBe(action)
})

test('the descriptions cover all operations and extensions', () => {
  expect(Object.keys(actions)).toEqual(
    expect.arrayContaining([...Object.keys(operations), ...Object.keys(extensions)]),
  )
})
