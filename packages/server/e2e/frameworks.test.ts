import { once } from 'node:events'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { createServer } from '../src/index.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { completeTranscript, createPausingBot, runChat } from './support/run-chat.ts'

const pausingBot = createPausingBot()
const options = {
  data: ':memory:',
  logger: createRecordingLogger(),
  basePath: '/api/chat',
  bots: { demo: { bot: pausingBot.bot } },
}

type RouteHandlers = Record<string, (request: Request) => Promise<Response>>

async function originOf(server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('Hono', () => {
  test.each([
    ['all', 'keeps'],
    ['mount', 'removes'],
  ])('serves a chat with app.%s(), which %s the base path', async (method) => {
    await using chat = await createServer(options)
    const app = new Hono()
    if (method === 'all') {
      // #region hono
      app.all('/api/chat/*', ({ req }) => chat.fetch(req.raw))
      // #endregion
    } else app.mount('/api/chat', chat.fetch)
    app.get('/', ({ text }) => text('the page'))
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
    const origin = await originOf(server)

    const transcript = await runChat(`${origin}/api/chat/demo`, pausingBot)
    const page = await (await fetch(origin)).text()

    expect(transcript).toEqual(completeTranscript)
    expect(page).toBe('the page')
    // The client has closed its streams, and Hono passes that on.
    await expect.poll(() => chat.listenerCount).toBe(0)
    server.close()
  })
})

test('Fastify serves a chat next to its own routes', async () => {
  await using chat = await createServer(options)
  const app = fastify()
  // #region fastify
  app.addHook('onRequest', (request, reply, done) => {
    if (!chat.nodeHandlers.matches(request.raw)) {
      done()
      return
    }
    reply.hijack()
    chat.nodeHandlers.request(request.raw, reply.raw)
  })
  // #endregion
  app.get('/', async () => 'the page')
  const origin = await app.listen({ port: 0 })

  const transcript = await runChat(`${origin}/api/chat/demo`, pausingBot)
  const page = await (await fetch(origin)).text()

  expect(transcript).toEqual(completeTranscript)
  expect(page).toBe('the page')
  await app.close()
})

describe('a body that other code has read', () => {
  const body = JSON.stringify({ name: 'Ada' })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  const createUser = async (origin: string) => {
    const response = await fetch(`${origin}/api/chat/demo/users`, init)
    return { status: response.status, body: await response.text() }
  }

  test('by a parser of Express is reported', async () => {
    const logger = createRecordingLogger()
    await using chat = await createServer({ ...options, logger })
    const app = express()
    app.use(express.json())
    app.use('/api/chat', chat.nodeHandlers.request)
    const server = app.listen(0, '127.0.0.1')

    const response = await createUser(await originOf(server))
    server.close()

    expect(response).toEqual({ status: 500, body: expect.stringContaining('"type":"Internal"') as string })
    expect(logger.errors).toMatchObject([
      {
        err: {
          message:
            'Unable to read the body; a handler of the embedding program has read it. ' +
            'Call chat.nodeHandlers.request before handlers that read bodies.',
        },
      },
    ])
  })

  test('and that was empty is served', async () => {
    await using chat = await createServer(options)
    const app = express()
    app.use(express.text({ type: '*/*' }))
    app.use('/api/chat', chat.nodeHandlers.request)
    const server = app.listen(0, '127.0.0.1')
    const url = `${await originOf(server)}/api/chat/demo/users`

    const response = await fetch(url, { ...init, body: '' })
    server.close()

    expect(response.status).toBe(201)
  })

  test('by a handler of Hono is reported', async () => {
    await using chat = await createServer(options)
    const app = new Hono()
    app.use(async ({ req }, next) => {
      await req.json()
      await next()
    })
    app.all('/api/chat/*', ({ req }) => chat.fetch(req.raw))
    app.onError((error, { text }) => text(error.message, 500))
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server

    const response = await createUser(await originOf(server))
    server.close()

    expect(response).toEqual({
      status: 500,
      body: 'Unable to respond; the body of the request was read before. Call chat.fetch() first, or pass a clone.',
    })
  })
})

test('Express serves a chat next to its own routes', async () => {
  await using chat = await createServer(options)
  const app = express()
  // #region express
  app.use('/api/chat', chat.nodeHandlers.request)
  // #endregion
  app.use(express.json())
  app.get('/', (_, response) => {
    response.end('the page')
  })
  const server = app.listen(0, '127.0.0.1')
  const origin = await originOf(server)

  const transcript = await runChat(`${origin}/api/chat/demo`, pausingBot)
  const page = await (await fetch(origin)).text()

  expect(transcript).toEqual(completeTranscript)
  expect(page).toBe('the page')
  server.close()
})

test('a server of node:http serves a chat next to its own pages', async () => {
  await using chat = await createServer(options)
  // #region node-http
  const { nodeHandlers } = chat
  const server = createHttpServer((request, response) => {
    if (nodeHandlers.matches(request)) nodeHandlers.request(request, response)
    else response.end('the page')
  })
  server.on('checkContinue', nodeHandlers.request)
  server.on('clientError', nodeHandlers.clientError)
  // #endregion
  const origin = await originOf(server.listen(0, '127.0.0.1'))

  const transcript = await runChat(`${origin}/api/chat/demo`, pausingBot)
  const page = await (await fetch(origin)).text()

  expect(transcript).toEqual(completeTranscript)
  expect(page).toBe('the page')
  server.close()
})

describe('the app of Next.js', () => {
  const app = new URL('next-app/', import.meta.url)

  test('serves a chat, also if the server could not start at first', async () => {
    const importRoute = (path: string) => import(new URL(path, app).href) as Promise<RouteHandlers>
    const routes = await importRoute('app/api/chat/[...path]/route.ts')
    const { POST: resume } = await importRoute('app/resume/route.ts')
    const url = 'http://chat.example.com/api/chat/demo'
    const respond: typeof fetch = async (input, init) => {
      const request = new Request(input, init)
      return (await routes[request.method]?.(request)) ?? new Response(null, { status: 405 })
    }

    process.env['CHAT_DATABASE'] = fileURLToPath(new URL('next.config.mjs/parley.db', app))
    const failed = respond(`${url}/hello`)
    await expect(failed).rejects.toThrow('Unable to')
    process.env['CHAT_DATABASE'] = ':memory:'
    const pausing = { bot: {}, resume: () => void resume?.(new Request(url)) }
    const transcript = await runChat(url, pausing, { fetch: respond })
    await (await globalThis.chat)?.close()

    expect(transcript).toEqual(completeTranscript)
  })
})
