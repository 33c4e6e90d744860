import { expect, test } from 'vitest'
import { errorTypes } from './error-types.ts'
import type { Operation } from './operation-types.ts'
import { operations } from './operations.ts'
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
