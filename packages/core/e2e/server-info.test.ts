import { expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { user } from './example-models.ts'
import { apiError, html, json, neverRespond, startScriptedServer, text } from './scripted-server.ts'

const hello = {
  name: 'parley',
  version: '1.2.3',
  capabilities: ['resume', 'limit'],
  bot: { id: 'bot_1', name: 'Echo' },
}

test('returns the response of /hello', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', json(200, hello))

  expect(await createChat({ url: server.url }).serverInfo()).toEqual(hello)
})

test.each([
  ['plain text', text(200, 'Hello!', 'text/plain')],
  ['JSON without capabilities', json(200, { ok: true })],
  ['JSON that is a string', json(200, 'hello')],
  ['an empty body', text(200, '', 'text/plain')],
])('%s means no capabilities', async (_, respond) => {
  await using server = await startScriptedServer()
  server.on('GET /hello', respond)

  expect((await createChat({ url: server.url }).serverInfo()).capabilities).toEqual([])
})

test('is fetched once, by the first call or by the app', async () => {
  await using server = await startScriptedServer()
  server.on('POST /users', json(201, { user, key: 'k' }))
  server.on('GET /users/me', json(200, { user }))
  const chat = createChat({ url: server.url })

  const me = await chat.connect()
  await Promise.all([me.getUser(), chat.serverInfo(), chat.serverInfo()])
  await chat.serverInfo()

  expect(server.helloCount).toBe(1)
})

test('is fetched in parallel with the first request, which does not wait for it', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', neverRespond)
  server.on('POST /users', json(201, { user, key: 'k' }))

  await createChat({ url: server.url }).connect()

  expect(server.helloCount).toBe(1)
})

test('is not fetched before the first call', async () => {
  await using server = await startScriptedServer()

  createChat({ url: server.url })

  expect(server.helloCount).toBe(0)
})

test('is fetched again by the next call after a temporary error', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', html(502), json(200, hello))
  const chat = createChat({ url: server.url, retry: { attempts: 1 } })

  expect(await chatErrorOf(chat.serverInfo())).toMatchObject({
    type: 'UnexpectedResponse',
    message: expect.stringMatching(/^Unable to get the server info; /),
  })
  expect(await chat.serverInfo()).toEqual(hello)
})

test('is not fetched again after a permanent error', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', apiError(404, 'ResourceNotFound'))
  const chat = createChat({ url: server.url })

  await chatErrorOf(chat.serverInfo())

  expect(await chatErrorOf(chat.serverInfo())).toMatchObject({ type: 'ResourceNotFound' })
  expect(server.helloCount).toBe(1)
})

test("a captive portal's page is an error", async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', html(200))

  const error = await chatErrorOf(createChat({ url: server.url, random: () => 0 }).serverInfo())

  expect(error).toMatchObject({ type: 'UnexpectedResponse', status: 200 })
})

test('calls succeed even if /hello fails', async () => {
  await using server = await startScriptedServer()
  server.on('GET /hello', apiError(500, 'Internal'))
  server.on('POST /users', json(201, { user, key: 'k' }))

  const me = await createChat({ url: server.url, random: () => 0 }).connect()

  expect(me.userKey).toBe('k')
})
