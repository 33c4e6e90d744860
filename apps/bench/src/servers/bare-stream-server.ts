/** The fan-out baseline: `node:http` that passes the same bytes to `response.write` of every stream. */
import type { ServerResponse } from 'node:http'
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { createEcho } from './create-echo.ts'
import { respondJson, listenOnLoopback, readBody } from './loopback.ts'
import { formatFrame } from './signal-frame.ts'

const handlers = {
  usage: measureUsage,
  start: () => {
    const streams = new Set<ServerResponse>()
    let number = 0
    return listenOnLoopback((request, response) => {
      if (request.method === 'GET') {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
        response.write(':\n\n')
        streams.add(response)
        response.on('close', () => streams.delete(response))
        return
      }
      readBody(request, (text) => {
        const { json } = createEcho(text, ++number)
        const frame = Buffer.from(formatFrame(json, number))
        for (const stream of streams) stream.write(frame)
        respondJson(response, 201, json)
      })
    })
  },
}
export type BareStreamServer = typeof handlers

serveParent(handlers)
