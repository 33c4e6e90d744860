import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { call } from './plain/call.ts'
import { outcome } from './plain/outcome.ts'
import { newPerson } from './plain/person.ts'
import { quietLogger } from './plain/quiet-logger.ts'
import { chatThrough, createWaitingBot, wholeChat } from './support/chat-through.ts'
import { documentedNginx } from './support/documented-nginx.ts'
import { problemWith, startNginx } from './support/nginx.ts'

const waitingBot = createWaitingBot()
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ bot: waitingBot.bot, logger: quietLogger() })
})
afterAll(() => server.close())

describe('through nginx, a chat works', () => {
  test('with the defaults, which call the server over HTTP/1.0', async () => {
    await using nginx = await startNginx(
      ({ port }) => `server { listen ${port}; location / { proxy_pass ${server.origin}; } }`,
    )

    const heard = await chatThrough(`http://127.0.0.1:${nginx.port}/demo`, waitingBot)

    expect(heard).toEqual(wholeChat)
  })

  test('over HTTP/1.1', async () => {
    await using nginx = await startNginx(
      ({ port }) => `
        server {
          listen ${port};
          location / { proxy_pass ${server.origin}; proxy_http_version 1.1; proxy_set_header Connection ""; }
        }`,
    )

    const heard = await chatThrough(`http://127.0.0.1:${nginx.port}/demo`, waitingBot)

    expect(heard).toEqual(wholeChat)
  })
})

test('nginx accepts the documented configuration', async () => {
  using documented = await documentedNginx()

  const problem = await problemWith((place) => documented.http({ ...place, origin: server.origin }))

  expect(problem).toBeUndefined()
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
    const [ada, bob] = [await newPerson(url, { name: 'Ada' }), await newPerson(url, { name: 'Bob' })]

    const first = await ada.get('/users/me')
    const second = await bob.get('/users/me')
    const keyless = await call('GET', `${url}/users/me`)
    const unknown = await ada.get('/conversations/c')
    await ada.post('/conversations', { id: 'c' })
    const known = await ada.get('/conversations/c')

    expect(first).toMatchObject({ status: 200, body: { user: { name: 'Ada' } } })
    expect(second).toMatchObject({ status: 200, body: { user: { name: 'Bob' } } })
    expect(outcome(keyless)).toBe('401 Unauthorized')
    expect([unknown, known].map(outcome)).toEqual(['404 ResourceNotFound', '200'])
  })
})
