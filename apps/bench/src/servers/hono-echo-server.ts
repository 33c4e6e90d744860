/** Like `echo-server`, with Hono on its server for Node: what a framework with web-standard requests costs alone. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { createEcho } from './create-echo.ts'
import type { ListenAddress } from './loopback.ts'

const handlers = {
  usage: measureUsage,
  start: async (): Promise<ListenAddress> => {
    let number = 0
    const app = new Hono()
    app.post('*', async ({ req, body }) => {
      const { json } = createEcho(await req.text(), ++number)
      return body(json, 201, { 'content-type': 'application/json; charset=utf-8' })
    })
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port }
  },
}
export type HonoEchoServer = typeof handlers

serveParent(handlers)
