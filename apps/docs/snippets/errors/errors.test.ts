import { readFileSync } from 'node:fs'
import { errorTypes } from '@parley/core/contract'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { runSnippet } from '../testing/run-snippet.ts'

const page = readFileSync(
  new URL('../../src/content/docs/guides/errors.md', import.meta.url),
  'utf8',
)

test('the page describes every type of error, with its status and whether it is retryable', () => {
  const described = [
    ...page.matchAll(/^### (\w+)\n\n\*(?:Status (\d+), )?(\w+)\.\*/gm),
  ].map(([, type, status = '0', kind = '']) => [
    type,
    { status: Number(status), isRetryable: /^retryable$/i.test(kind) },
  ])

  expect(Object.fromEntries(described)).toEqual(errorTypes)
})

test('the program that handles errors recognizes them by their type', async () => {
  await using server = await startTestServer()

  const { stdout } = await runSnippet('errors/handle.ts', { url: server.url })

  expect(stdout).toBe('there is no such conversation\n')
})
