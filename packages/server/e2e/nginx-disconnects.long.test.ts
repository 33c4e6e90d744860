import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createChat, type ChatSignal, type ConnectionStatus } from '@parley/core'
import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { collect, messageTexts } from './support/collect.ts'
import { startNginx } from './support/nginx.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const echo = defineBot({
  onMessage: async ({ message: { payload }, reply }) => {
    if (payload.type === 'text') await reply({ type: 'text', text: `answer to ${payload.text}` })
  },
})

/** Records reconnects and the durations without an open stream. */
function recordStatus() {
  const reconnects: { attempt: number; waitMs: number }[] = []
  const gapsMs: number[] = []
  let lostAt: number | undefined
  return {
    reconnects,
    gapsMs,
    onStatus: (status: ConnectionStatus): void => {
      const now = Date.now()
      if (status.state === 'reconnecting') {
        reconnects.push({ attempt: status.attempt, waitMs: Math.max(0, status.retryAt - now) })
        lostAt ??= now
      }
      if (status.state !== 'online' || lostAt === undefined) return
      gapsMs.push(now - lostAt)
      lostAt = undefined
    },
  }
}

test('streams that nginx closes after 5 s without data reconnect at once, and deliver each message once', async () => {
  await using server = await startTestServer({
    bot: echo,
    pingIntervalMs: 25_000,
    logger: createRecordingLogger(),
  })
  await using nginx = await startNginx(
    ({ port }) => `
      server {
        listen ${port};
        location / { proxy_pass ${server.origin}; proxy_buffering off; proxy_read_timeout 5s; }
      }`,
  )
  const me = await createChat({ url: `http://127.0.0.1:${nginx.port}/demo` }).connect()
  const { conversation } = await me.createConversation()
  const { id: conversationId } = conversation
  const controller = new AbortController()
  const { signal } = controller
  const statuses = [recordStatus(), recordStatus()] as const
  const conversationStream = collect(
    me.listenConversation({ id: conversationId, signal, onStatus: statuses[0].onStatus }),
  )
  const userStream = collect(
    me.listenUser({ signal, onStatus: statuses[1].onStatus }) as AsyncIterable<ChatSignal>,
  )
  const expected: string[] = []

  // Messages shortly before and after a stream is closed, and in between.
  for (const pauseMs of [4_900, 5_000, 5_100, 11_000, 4_950, 5_050, 13_000, 12_000]) {
    await delay(pauseMs)
    const text = `${expected.length}`
    await me.createMessage({ conversationId, payload: { type: 'text', text } })
    expected.push(text, `answer to ${text}`)
  }
  for (const stream of [conversationStream, userStream]) {
    await stream.until((signals) => messageTexts(signals).length >= expected.length)
  }
  // Leaves time for duplicates.
  await expect.poll(() => statuses[0].reconnects.length).toBeGreaterThanOrEqual(9)
  controller.abort()

  for (const { signals } of [conversationStream, userStream]) expect(messageTexts(signals)).toEqual(expected)
  for (const { reconnects, gapsMs } of statuses) {
    expect(reconnects).toEqual(reconnects.map(() => ({ attempt: 1, waitMs: 0 })))
    expect(gapsMs.length).toBeGreaterThanOrEqual(reconnects.length - 1)
  }
})

test.each([
  ['too large', 'client_max_body_size 1k;', '', 'x'.repeat(2_000), 413],
  [
    'forbidden by a rule',
    '',
    'location = /demo/messages { if ($request_method = POST) { return 403; } }',
    'x',
    403,
  ],
])(
  'a message that nginx rejects as %s fails after one request',
  async (_, serverDirectives, locationBlock, text, status) => {
    await using server = await startTestServer({ logger: createRecordingLogger() })
    await using nginx = await startNginx(
      ({ port, folder }) => `
      server {
        listen ${port};
        access_log ${folder}/access.log;
        ${serverDirectives}
        ${locationBlock}
        location / { proxy_pass ${server.origin}; }
      }`,
    )
    const me = await createChat({ url: `http://127.0.0.1:${nginx.port}/demo` }).connect()
    const { conversation } = await me.createConversation()

    const sending = me.createMessage({ conversationId: conversation.id, payload: { type: 'text', text } })

    await expect(sending).rejects.toMatchObject({ type: 'RequestBlocked', status })
    const log = readFileSync(join(nginx.folder, 'access.log'), 'utf8')
    expect(log.match(/POST \/demo\/messages/g)).toHaveLength(1)
    expect((await me.listMessages({ conversationId: conversation.id })).messages).toEqual([])
  },
)
