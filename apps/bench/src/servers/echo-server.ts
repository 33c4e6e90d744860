/** The write baseline: `node:http` that parses a message and responds with one of the same size. */
import { serveParent, measureUsage } from '../harness/serve-parent.ts'
import { createEcho } from './create-echo.ts'
import { respondJson, listenOnLoopback, readBody } from './loopback.ts'

const handlers = {
  usage: measureUsage,
  start: () => {
    let number = 0
    return listenOnLoopback((request, response) => {
      readBody(request, (text) => {
        respondJson(response, 201, createEcho(text, ++number).json)
      })
    })
  },
}
export type EchoServer = typeof handlers

serveParent(handlers)
