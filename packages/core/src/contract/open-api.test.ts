import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { openApiDocument } from './open-api.ts'
import { operations } from './operations.ts'

const document = openApiDocument({ version: '1.2.3', serverUrl: 'http://127.0.0.1:3000/demo' })

test('is a valid OpenAPI 3.1 document', async () => {
  const validator = new Validator()

  expect(await validator.validate({ ...structuredClone(document) })).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

test('describes each of the 21 operations once, under its name', () => {
  const described = Object.values(document.paths).flatMap((methods) => Object.values(methods))
  const ids = described.map((operation) => (operation as { operationId: string }).operationId)

  expect(ids).toHaveLength(21)
  expect(ids.toSorted()).toEqual(Object.keys(operations).toSorted())
})

test('every reference resolves', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, reference]) => reference ?? '',
  )

  expect(references.length).toBeGreaterThan(50)
  expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([])
})

test('requires a key wherever the API does', () => {
  const open = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => !('security' in (operation as object)))
      .map(([method]) => `${method} ${path}`),
  )

  expect(open).toEqual(['post /users'])
})

test('contains the server URL and the version', () => {
  expect(document.servers).toEqual([{ url: 'http://127.0.0.1:3000/demo' }])
  expect(document.info.version).toBe('1.2.3')
  expect(openApiDocument({ version: '1' }).servers).toEqual([{ url: '.' }])
})

function resolve(reference: string): unknown {
  let value: unknown = document
  for (const key of reference.replace('#/', '').split('/')) value = (value as Record<string, unknown>)[key]
  return value
}
