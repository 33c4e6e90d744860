/** `@parley/server` in the server of an app, through one of its two ways to be embedded. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createServer } from '@parley/server'
import { Hono } from 'hono'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { listenOnLoopback, type ListenAddress } from './loopback.ts'

type Embedding = 'nodeHandlers' | 'fetch'

const handlers = {
  usage: measureUsage,
  start: async ({ path, embedding }: { path: string; embedding: Embedding }): Promise<ListenAddress> => {
    const chat = await createServer({ data: path, bots: { demo: {} } })
    if (embedding === 'nodeHandlers') return listenOnLoopback(chat.nodeHandlers.request)
    const app = new Hono()
    app.all('*', ({ req }) => chat.fetch(req.raw))
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port }
  },
}
export type EmbeddedServer = typeof handlers

serveParent(handlers)
