import { expect, test } from 'vitest'
import { connectTo } from './connect-to.ts'
import { message } from './example-models.ts'
import { failure, json, startScriptedServer, type ScriptedServer } from './scripted-server.ts'

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

function askedFor(server: ScriptedServer): string[] {
  return server.requestsTo(route).map(({ path }) => path.split('?')[1] ?? '')
}

test('all pages come as one sequence, the last one included', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['5', '4'], 'a'), page([], 'b'), page(['3']))

  const ids = await idsOf(me.listMessages.all({ conversationId, limit: 2 }))

  expect(ids).toEqual(['5', '4', '3'])
  expect(askedFor(server)).toEqual(['limit=2', 'limit=2&nextToken=a', 'limit=2&nextToken=b'])
})

test('it starts where the input says', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['1']))

  await idsOf(me.listMessages.all({ conversationId, nextToken: 'here' }))

  expect(askedFor(server)).toEqual(['nextToken=here'])
})

test('a page is asked for only when its first item is wanted', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['5', '4'], 'a'), page(['3']))

  for await (const { id } of me.listMessages.all({ conversationId })) if (id === '4') break

  expect(askedFor(server)).toEqual([''])
})

test('a server that names the same page for ever comes to an end', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['2'], 'a'), page(['1'], 'a'))

  expect(await idsOf(me.listMessages.all({ conversationId }))).toEqual(['2', '1'])
})

test('a page that fails rejects, after the items before it', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['2'], 'a'), failure(403, 'Forbidden'))
  const seen: string[] = []

  const reading = (async () => {
    for await (const { id } of me.listMessages.all({ conversationId })) seen.push(id)
  })()

  await expect(reading).rejects.toMatchObject({ type: 'Forbidden' })
  expect(seen).toEqual(['2'])
})

test('an aborted signal ends it in the middle of a page', async () => {
  await using server = await startScriptedServer()
  const me = await connectTo(server)
  server.on(route, page(['3', '2', '1']))
  const controller = new AbortController()
  const seen: string[] = []

  const reading = (async () => {
    for await (const { id } of me.listMessages.all({ conversationId }, { signal: controller.signal })) {
      seen.push(id)
      controller.abort('enough')
    }
  })()

  await expect(reading).rejects.toBe('enough')
  expect(seen).toEqual(['3'])
})
