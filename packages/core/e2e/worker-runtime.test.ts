import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'
import { bundleForBrowsers } from './bundle-for-browsers.ts'
import { message, user } from './example-models.ts'
import { cutStream, drop, endedStream, json, startScriptedServer } from './scripted-server.ts'

/** The globals of the smallest worker runtimes: no document, no window, no process, no storage. */
const globals = {
  AbortController,
  AbortSignal,
  DOMException,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  clearTimeout,
  fetch,
  setTimeout,
}

const app = `
  import { createChat } from './index.ts'
  globalThis.done = (async () => {
    const chat = createChat({ url: globalThis.url })
    const me = await chat.connect()
    const { message } = await me.createMessage({ conversationId: 'c', payload: { type: 'text', text: 'Hello' } })
    const listed = []
    for await (const { id } of me.listMessages.all({ conversationId: 'c' })) listed.push(id)
    const received = []
    for await (const { type } of me.listenConversation({ id: 'c' })) {
      received.push(type)
      if (received.length === 3) break
    }
    const errorType = await me.deleteConversation({ id: 'c' }).catch((error) => error.type)
    return JSON.stringify({ sent: message.id, listed, received, errorType })
  })()
`

test('runs in a runtime with little more than fetch', async () => {
  await using server = await startScriptedServer()
  server.on('POST /users', json(200, { user, key: 'k' }))
  server.on('POST /messages', json(200, { message }))
  server.on('GET /conversations/c/messages', drop, json(200, { messages: [message], meta: {} }))
  server.on(
    'GET /conversations/c/listen',
    cutStream('{}event: message\ndata: {"type":"message_created","data":{}}\n\n'),
    endedStream('data: {"type":"message_created","data":{}}\n\n'),
  )
  const bundle = await bundleForBrowsers(app)
  const context = createContext({ ...globals, url: server.url })

  runInContext(bundle.outputFiles[0]?.text ?? '', context)

  expect(JSON.parse(await context['done'])).toEqual({
    sent: 'msg_1',
    listed: ['msg_1'],
    received: ['message_created', 'discontinuity', 'message_created'],
    errorType: 'ResourceNotFound',
  })
})
