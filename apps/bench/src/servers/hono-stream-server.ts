/** The fan-out comparison: Hono's helper for server-sent events. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { createEcho } from './create-echo.ts'
import { formatSignal } from './signal-frame.ts'

const handlers = {
  usage: measureUsage,
  start: async () => {
    const streams = new Set<SSEStreamingApi>()
    let number = 0
    const app = new Hono()
    app.get('*', (context) =>
      streamSSE(context, async (stream) => {
        await stream.write(':\n\n')
        streams.add(stream)
        await new Promise<void>((resolve) => {
          stream.onAbort(resolve)
        })
        streams.delete(stream)
      }),
    )
    app.post('*', async (context) => {
      const { json } = createEcho(await context.req.text(), ++number)
      const event = { event: 'message', id: String(number).padStart(20, '0'), data: formatSignal(json) }
      await Promise.all([...streams].map((stream) => stream.writeSSE(event)))
      return context.body(json, 201, { 'content-type': 'application/json; charset=utf-8' })
    })
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port }
  },
}
export type HonoStreamServer = typeof handlers

serveParent(handlers)
