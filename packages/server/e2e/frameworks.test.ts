import { once } from 'node:events'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
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
    if (method === 'all') app.all('/api/chat/*', ({ req }) => chat.fetch(req.raw))
    else app.mount('/api/chat', chat.fetch)
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
  app.addHook('onRequest', (request, reply, done) => {
    if (!chat.nodeHandlers.matches(request.raw)) {
      done()
      return
    }
    reply.hijack()
    chat.nodeHandlers.request(request.raw, reply.raw)
  })
  app.get('/', async () => 'the page')
  const origin = await app.listen({ port: 0 })

  const transcript = await runChat(`${origin}/api/chat/demo`, pausingBot)
  const page = await (await fetch(origin)).text()

  expect(transcript).toEqual(completeTranscript)
  expect(page).toBe('the page')
  await app.close()
})

test('Express serves a chat next to its own routes', async () => {
  await using chat = await createServer(options)
  const app = express()
  app.use('/api/chat', chat.nodeHandlers.request)
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
  const { nodeHandlers } = chat
  const server = createHttpServer((request, response) => {
    if (nodeHandlers.matches(request)) nodeHandlers.request(request, response)
    else response.end('the page')
  })
  server.on('checkContinue', nodeHandlers.request)
  server.on('clientError', nodeHandlers.clientError)
  const origin = await originOf(server.listen(0, '127.0.0.1'))

  const transcript = await runChat(`${origin}/api/chat/demo`, pausingBot)
  const page = await (await fetch(origin)).text()

  expect(transcript).toEqual(completeTranscript)
  expect(page).toBe('the page')
  server.close()
})

test('the route handlers of a Next.js app serve a chat', async () => {
  process.env['CHAT_DATABASE'] = ':memory:'
  // Plain JavaScript, as in the documentation.
  const importFromApp = (path: string) =>
    import(new URL(path, new URL('next-app/app/', import.meta.url)).href)
  const routes = (await importFromApp('api/chat/[...path]/route.js')) as RouteHandlers
  const { POST: resume } = (await importFromApp('resume/route.js')) as { POST: () => void }
  const respond: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    return (await routes[request.method]?.(request)) ?? new Response(null, { status: 405 })
  }

  const transcript = await runChat(
    'http://chat.example.com/api/chat/demo',
    { bot: {}, resume },
    { fetch: respond },
  )
  const { chat } = globalThis as unknown as { chat: ReturnType<typeof createServer> }
  await (await chat).close()

  expect(transcript).toEqual(completeTranscript)
})
