/** A fake server for measuring clients. It accepts every user, and sends signals as fast as each client reads them. */
import type { ServerResponse } from 'node:http'
import { serveParent } from '../harness/serve-parent.ts'
import { createEcho } from './create-echo.ts'
import { respondJson, listenOnLoopback } from './loopback.ts'
import { formatFrame } from './signal-frame.ts'

const timestamp = '2026-01-01T00:00:00.000Z'
const user = { id: 'user_00000000000000000000000000', createdAt: timestamp, updatedAt: timestamp }
const message = JSON.stringify({
  conversationId: 'conv_00000000000000000000000000',
  payload: { type: 'text', text: 'x'.repeat(200) },
})
const framesPerChunk = 200
/** The official client loses signals that arrive before its caller has attached handlers. */
const initialDelayMs = 100

const handlers = {
  start: () =>
    listenOnLoopback((request, response) => {
      const path = request.url ?? ''
      if (/\/listen\/?$/.test(path)) sendContinuously(response)
      else if (/\/hello\/?$/.test(path))
        respondJson(response, 200, JSON.stringify({ name: 'source', capabilities: [] }))
      else respondJson(response, 201, JSON.stringify({ user, key: 'key' }))
    }),
}
export type SignalSource = typeof handlers

serveParent(handlers)

function sendContinuously(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.flushHeaders()
  let number = 0
  const sendMore = (): void => {
    do {
      let frames = ''
      for (let count = 0; count < framesPerChunk; count++) {
        number++
        frames += formatFrame(createEcho(message, number).json, number)
      }
      if (response.destroyed) return
      response.write(frames)
    } while (!response.writableNeedDrain)
  }
  response.on('drain', sendMore)
  setTimeout(sendMore, initialDelayMs)
}
