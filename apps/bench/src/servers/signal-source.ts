/** A server for clients alone: it greets, knows every user, and sends each stream as many signals as it takes. */
import type { ServerResponse } from 'node:http'
import { answerParent } from '../harness/answer-parent.ts'
import { answerJson, listenOnLoopback } from './loopback.ts'
import { echoOf } from './message-echo.ts'
import { frameOf } from './signal-frame.ts'

const at = '2026-01-01T00:00:00.000Z'
const user = { id: 'user_00000000000000000000000000', createdAt: at, updatedAt: at }
const message = JSON.stringify({
  conversationId: 'conv_00000000000000000000000000',
  payload: { type: 'text', text: 'x'.repeat(200) },
})
const framesAtOnce = 200
/** The official client hears what comes once its caller has attached handlers, and no sooner. */
const holdMs = 100

const handlers = {
  start: () =>
    listenOnLoopback((request, response) => {
      const path = request.url ?? ''
      if (/\/listen\/?$/.test(path)) flood(response)
      else if (/\/hello\/?$/.test(path))
        answerJson(response, 200, JSON.stringify({ name: 'source', capabilities: [] }))
      else answerJson(response, 201, JSON.stringify({ user, key: 'key' }))
    }),
}
export type SignalSource = typeof handlers

answerParent(handlers)

function flood(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.flushHeaders()
  let number = 0
  const more = (): void => {
    do {
      let frames = ''
      for (let count = 0; count < framesAtOnce; count++) {
        number++
        frames += frameOf(echoOf(message, number).json, number)
      }
      if (response.destroyed) return
      response.write(frames)
    } while (!response.writableNeedDrain)
  }
  response.on('drain', more)
  setTimeout(more, holdMs)
}
