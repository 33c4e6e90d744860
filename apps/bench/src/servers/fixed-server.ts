/** The read baseline: `node:http` that responds with the same bytes to every request. */
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { listenOnLoopback } from './loopback.ts'

const handlers = {
  usage: measureUsage,
  start: ({ bytes }: { bytes: number }) => {
    const body = Buffer.from(JSON.stringify({ messages: 'x'.repeat(bytes) }).slice(0, bytes))
    return listenOnLoopback((_request, response) => {
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': body.length,
      })
      response.end(body)
    })
  },
}
export type FixedServer = typeof handlers

serveParent(handlers)
