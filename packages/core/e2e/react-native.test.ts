import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'
import { bundleForBrowsers } from './bundle-for-browsers.ts'
import { message, user } from './example-models.ts'
import { cutStream, json, neverRespond, sse, startScriptedServer, stream } from './scripted-server.ts'

/** React Native's signals have no reasons and no newer methods, and their listeners ignore all options. */
class LegacySignal {
  aborted = false
  readonly listeners = new Set<() => void>()
  addEventListener(_: 'abort', listener: () => void) {
    this.listeners.add(listener)
  }
  removeEventListener(_: 'abort', listener: () => void) {
    this.listeners.delete(listener)
  }
}

class LegacyController {
  readonly signal = new LegacySignal()
  abort() {
    if (this.signal.aborted) return
    this.signal.aborted = true
    for (const listener of this.signal.listeners) listener()
  }
}

type LegacyInit = Omit<RequestInit, 'signal'> & { signal?: LegacySignal }

/** Keeps the legacy signal, which Node's `Request` rejects. */
class LegacyRequest extends Request {
  readonly legacySignal: LegacySignal | undefined

  constructor(input: LegacyRequest | string, { signal, ...init }: LegacyInit = {}) {
    super(input, init)
    this.legacySignal = signal ?? (input instanceof LegacyRequest ? input.legacySignal : undefined)
  }

  override clone(): LegacyRequest {
    return new LegacyRequest(super.clone() as LegacyRequest)
  }
}

function legacyFetch(request: LegacyRequest): Promise<Response> {
  const controller = new AbortController()
  request.legacySignal?.addEventListener('abort', () => controller.abort())
  return fetch(request, { signal: controller.signal })
}

/** Older versions cannot change the query of a URL. */
class LegacyURL extends URL {
  override get searchParams(): never {
    throw new Error('URL.searchParams is not implemented')
  }
}

const globals = {
  AbortController: LegacyController,
  Headers,
  Request: LegacyRequest,
  Response,
  TextDecoder,
  TextEncoder,
  URL: LegacyURL,
  URLSearchParams,
  clearTimeout,
  fetch: legacyFetch,
  setTimeout,
}

const app = `
  import { createChat } from './index.ts'
  globalThis.done = (async () => {
    const { signal } = new AbortController()
    const me = await createChat({ url: globalThis.url }).connect({ signal })
    const payload = { type: 'text', text: 'Hello' }
    const { message } = await me.createMessage({ conversationId: 'c', payload }, { signal })
    const listed = []
    for await (const { id } of me.listMessages.all({ conversationId: 'c', limit: 1 }, { signal })) listed.push(id)
    const received = []
    for await (const { type } of me.listenConversation({ id: 'c', signal })) {
      received.push(type)
      if (received.length === 3) break
    }
    const listenerCount = signal.listeners.size
    const controller = new AbortController()
    const aborted = me.getUser({}, { signal: controller.signal }).catch((error) => error.message)
    controller.abort()
    return JSON.stringify({ sent: message.id, listed, received, listenerCount, aborted: await aborted })
  })()
`

test('runs in a runtime like React Native, with a fetch that can stream', async () => {
  await using server = await startScriptedServer()
  server.on('POST /users', json(200, { user, key: 'k' }))
  server.on('POST /messages', json(200, { message }))
  server.on('GET /users/me', neverRespond)
  server.on(
    'GET /conversations/c/messages',
    json(200, { messages: [message], meta: { nextToken: 'a+b&c' } }),
    json(200, { messages: [{ ...message, id: 'msg_2' }], meta: {} }),
    json(200, { messages: [], meta: {} }),
  )
  const signal = sse({ type: 'message_created', data: {} })
  server.on('GET /conversations/c/listen', cutStream(signal), stream(signal))
  const bundle = await bundleForBrowsers(app)
  const context = createContext({ ...globals, url: server.url })

  runInContext(bundle.outputFiles[0]?.text ?? '', context)

  expect(JSON.parse(await context['done'])).toEqual({
    sent: 'msg_1',
    listed: ['msg_1', 'msg_2'],
    received: ['message_created', 'discontinuity', 'message_created'],
    listenerCount: 0,
    aborted: 'Aborted.',
  })
  expect(server.requestsTo('GET /conversations/c/messages').map(({ path }) => path)).toContain(
    '/conversations/c/messages?limit=1&nextToken=a%2Bb%26c',
  )
})
