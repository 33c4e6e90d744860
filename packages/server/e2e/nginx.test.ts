import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createTestUser } from './raw-http/test-user.ts'
import { documentedNginx } from './support/documented-nginx.ts'
import { configurationError, startNginx } from './support/nginx.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { runChat, createPausingBot, completeTranscript } from './support/run-chat.ts'

const pausingBot = createPausingBot()
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ bot: pausingBot.bot, logger: createRecordingLogger() })
})
afterAll(() => server.close())

describe('through nginx, a chat works', () => {
  test('with the defaults, which use HTTP/1.0 to the server', async () => {
    await using nginx = await startNginx(
      ({ port }) => `server { listen ${port}; location / { proxy_pass ${server.origin}; } }`,
    )

    const transcript = await runChat(`http://127.0.0.1:${nginx.port}/demo`, pausingBot)

    expect(transcript).toEqual(completeTranscript)
  })

  test('over HTTP/1.1', async () => {
    await using nginx = await startNginx(
      ({ port }) => `
        server {
          listen ${port};
          location / { proxy_pass ${server.origin}; proxy_http_version 1.1; proxy_set_header Connection ""; }
        }`,
    )

    const transcript = await runChat(`http://127.0.0.1:${nginx.port}/demo`, pausingBot)

    expect(transcript).toEqual(completeTranscript)
  })
})

test('nginx accepts the documented configuration', async () => {
  using documented = await documentedNginx()

  const error = await configurationError((setup) => documented.httpBlock({ ...setup, origin: server.origin }))

  expect(error).toBeUndefined()
})

describe('a shared cache', () => {
  test('of nginx never serves one user’s data to another', async () => {
    await using nginx = await startNginx(
      ({ port, folder }) => `
        proxy_cache_path ${folder}/cache keys_zone=chat:1m;
        server {
          listen ${port};
          location / { proxy_pass ${server.origin}; proxy_cache chat; proxy_cache_valid any 10m; }
        }`,
    )
    const url = `http://127.0.0.1:${nginx.port}/demo`
    const [ada, bob] = [
      await createTestUser(url, { name: 'Ada' }),
      await createTestUser(url, { name: 'Bob' }),
    ]

    const first = await ada.get('/users/me')
    const second = await bob.get('/users/me')
    const withoutKey = await sendRequest('GET', `${url}/users/me`)
    const unknown = await ada.get('/conversations/c')
    await ada.post('/conversations', { id: 'c' })
    const known = await ada.get('/conversations/c')

    expect(first).toMatchObject({ status: 200, body: { user: { name: 'Ada' } } })
    expect(second).toMatchObject({ status: 200, body: { user: { name: 'Bob' } } })
    expect(outcome(withoutKey)).toBe('401 Unauthorized')
    expect([unknown, known].map(outcome)).toEqual(['404 ResourceNotFound', '200'])
  })
})
