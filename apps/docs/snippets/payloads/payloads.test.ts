import { readFileSync } from 'node:fs'
import { createChat } from '@parley/core'
import { schemas } from '@parley/core/contract'
import { textOf } from '@parley/core/text'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { payloadTypes, readPayload } from './read-payload.ts'

const readFile = (name: string): string =>
  readFileSync(new URL(name, import.meta.url), 'utf8')

test('the page shows all types of payloads', () => {
  expect(payloadTypes).toHaveLength(schemas.Payload.oneOf.length)
})

test('the server stores every payload and every reply of the page unchanged', async () => {
  await using server = await startTestServer()
  const me = await createChat({ url: server.url }).connect()
  const { conversation } = await me.createConversation()
  const replies = ['card-postback', 'card-say', 'choice-click'].map((name) =>
    JSON.parse(readFile(`${name}.json`)),
  )
  const payloads = [
    ...payloadTypes.map((type) => readPayload(type)),
    ...replies,
  ]

  for (const payload of payloads)
    await me.createMessage({ conversationId: conversation.id, payload })

  const { messages } = await me.listMessages({
    conversationId: conversation.id,
    limit: 100,
  })
  expect(messages.map(({ payload }) => payload).reverse()).toEqual(payloads)
})

test.each(payloadTypes)(
  'the text of the %s payload is the one on the page',
  (type) => {
    expect(`${textOf(readPayload(type))}\n`).toBe(readFile(`${type}.txt`))
  },
)
