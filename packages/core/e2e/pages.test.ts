import { expect, test } from 'vitest'
import { connectTo } from './connect-to.ts'
import { message } from './example-models.ts'
import { apiError, json, startScriptedServer, type ScriptedServer } from './scripted-server.ts'

const conversationId = 'conv_1'
const route = 'GET /conversations/conv_1/messages'

function page(ids: string[], nextToken?: string) {
  return json(200, { messages: ids.map((id) => ({ ...message, id })), meta: { nextToken } })
}

async function idsOf(messages: AsyncIterable<{ id: string }>): Promise<string[]> {
  const ids: string[] = []
  for await (const { id } of messages) ids.push(id)
  return ids
}

function queriesOf(server: ScriptedServer): string[] {
  return server.requestsTo(route).map(({ path }) => path.split('?')[1] ?? '')
}

test('all() returns the items of all pages, including the last', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['5', '4'], 'a'), page([], 'b'), page(['3']))

  const ids = await idsOf(me.listMessages.all({ conversationId, limit: 2 }))

  expect(ids).toEqual(['5', '4', '3'])
  expect(queriesOf(server)).toEqual(['limit=2', 'limit=2&nextToken=a', 'limit=2&nextToken=b'])
})

test('all() starts at the nextToken of the input', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['1']))

  await idsOf(me.listMessages.all({ conversationId, nextToken: 'a' }))

  expect(queriesOf(server)).toEqual(['nextToken=a'])
})

test('a page is fetched only when its first item is needed', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['5', '4'], 'a'), page(['3']))

  for await (const { id } of me.listMessages.all({ conversationId })) if (id === '4') break

  expect(queriesOf(server)).toEqual([''])
})

test('a repeated nextToken ends the iteration', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['2'], 'a'), page(['1'], 'a'))

  expect(await idsOf(me.listMessages.all({ conversationId }))).toEqual(['2', '1'])
})

test('a failing page rejects after the items of the previous pages', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['2'], 'a'), apiError(403, 'Forbidden'))
  const seen: string[] = []

  const reading = (async () => {
    for await (const { id } of me.listMessages.all({ conversationId })) seen.push(id)
  })()

  await expect(reading).rejects.toMatchObject({ type: 'Forbidden' })
  expect(seen).toEqual(['2'])
})

test('an aborted signal ends the iteration in the middle of a page', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['3', '2', '1']))
  const controller = new AbortController()
  const seen: string[] = []

  const reading = (async () => {
    for await (const { id } of me.listMessages.all({ conversationId }, { signal: controller.signal })) {
      seen.push(id)
      controller.abort('done')
    }
  })()

  await expect(reading).rejects.toBe('done')
  expect(seen).toEqual(['3'])
})
