/** The bare limit of fan-out: `node:http`, and `response.write` of the same bytes to every stream. */
import type { ServerResponse } from 'node:http'
import { answerParent, usage } from '../harness/answer-parent.ts'
import { answerJson, listenOnLoopback, readBody } from './loopback.ts'
import { echoOf } from './message-echo.ts'
import { frameOf } from './signal-frame.ts'

const handlers = {
  usage,
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
        const { json } = echoOf(text, ++number)
        const frame = Buffer.from(frameOf(json, number))
        for (const stream of streams) stream.write(frame)
        answerJson(response, 201, json)
      })
    })
  },
}
export type BareStreamServer = typeof handlers

answerParent(handlers)
