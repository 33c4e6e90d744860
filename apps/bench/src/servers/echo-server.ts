/** The bare limit of a write: `node:http` that parses a message, and answers one of the same size. */
import { answerParent, usage } from '../harness/answer-parent.ts'
import { answerJson, listenOnLoopback, readBody } from './loopback.ts'
import { echoOf } from './message-echo.ts'

const handlers = {
  usage,
  start: () => {
    let number = 0
    return listenOnLoopback((request, response) => {
      readBody(request, (text) => {
        answerJson(response, 201, echoOf(text, ++number).json)
      })
    })
  },
}
export type EchoServer = typeof handlers

answerParent(handlers)
