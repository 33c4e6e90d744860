import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

interface ModelRequest {
  messages: { role: string; content: string }[]
  tools?: unknown[]
}

export interface Model {
  /** Ends in `/v1`. */
  readonly url: string
  readonly requests: ModelRequest[]
  /** Resolves when a request that the model had not finished was ended by its client. */
  readonly canceled: Promise<unknown>
  readonly close: () => Promise<void>
}

/**
 * Starts an endpoint with the streaming format of OpenAI. What it does depends on the last message:
 *
 * - `fail with 401`, `429`, `500`, with `retry-after` for 429;
 * - `break`: closes the connection after some text; `error`: reports an error after some text;
 * - `stall`: sends some text and then nothing; `be silent`: sends nothing;
 * - `weather`: calls the tool `weather`, and answers with its result;
 * - otherwise, it repeats the message, and the number of messages that it has received.
 */
export async function startModel(): Promise<Model> {
  const requests: ModelRequest[] = []
  const canceled = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableEnded) canceled.resolve()
    })
    void json(request).then((body) => {
      requests.push(body as ModelRequest)
      answer(body as ModelRequest, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    canceled: canceled.promise,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function answer({ messages }: ModelRequest, response: ServerResponse): void {
  const { role, content } = messages.at(-1) ?? { role: 'user', content: '' }
  const status = Number(/^fail with (\d+)/.exec(content)?.[1] ?? 200)
  if (status !== 200) {
    // The AI SDK retries at most twice, after this time.
    response.writeHead(status, {
      'content-type': 'application/json',
      'retry-after-ms': '1',
    })
    response.end(
      JSON.stringify({ error: { message: `Failed with ${status}` } }),
    )
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (part: object) =>
    response.write(`data: ${JSON.stringify(part)}\n\n`)
  const sendDelta = (delta: object, finish: string | null = null) =>
    send({
      id: 'answer',
      object: 'chat.completion.chunk',
      created: 0,
      model: 'test',
      choices: [{ index: 0, delta, finish_reason: finish }],
    })
  const end = (reason: string) => {
    sendDelta({}, reason)
    response.end('data: [DONE]\n\n')
  }

  if (content === 'be silent') {
    response.flushHeaders()
    return
  }
  if (content === 'weather') {
    const call = { name: 'weather', arguments: '{"city":"Graz"}' }
    sendDelta({
      role: 'assistant',
      tool_calls: [{ index: 0, id: 'call', type: 'function', function: call }],
    })
    end('tool_calls')
    return
  }
  const start = role === 'tool' ? 'The tool says ' : 'You said '
  sendDelta({ role: 'assistant', content: start })
  if (content === 'stall') return
  if (content === 'break') response.write('\n', () => response.destroy())
  else if (content === 'error') {
    send({ error: { message: 'Overloaded' } })
    response.end()
  } else {
    sendDelta({ content: `${content} (${messages.length})` })
    end('stop')
  }
}
