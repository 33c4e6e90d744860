import { expect, test } from 'vitest'
import { createCommitBarrier, startTestServer } from '../src/testing/index.ts'
import { openEventStream } from './raw-http/event-stream.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry, sendTexts } from './support/test-client.ts'

test('INV-13: after a crash of the writer thread, streams end, requests get 503 and `closed` rejects', async () => {
  const commitBarrier = createCommitBarrier()
  const logger = createRecordingLogger()
  await using server = await startTestServer({ commitBarrier, logger, encryptionKey: 'x'.repeat(32) })
  const me = await connectWithoutRetry(server.url)
  const { conversation } = await me.createConversation({})
  await sendTexts(me, conversation.id, 'before')
  const key = me.userKey
  const streams = await Promise.all(
    [`conversations/${conversation.id}`, 'users/me'].map((path) =>
      openEventStream(`${server.url}/${path}/listen`, { 'x-user-key': key }),
    ),
  )
  const { chat } = server

  commitBarrier.crash()
  const payload = { type: 'text', text: 'lost' }
  const failed = await sendRequest('POST', `${server.url}/messages`, {
    key,
    body: { conversationId: conversation.id, payload },
  })
  await expect(chat.closed).rejects.toThrow('the storage has failed')
  await Promise.all(streams.map((stream) => stream.remainingSignals()))
  const laterResponses = await Promise.all([
    sendRequest('GET', `${server.url}/hello`),
    sendRequest('GET', `${server.url}/users/me`, { key }),
    sendRequest('PUT', `${server.url}/users/me`, { key, body: { name: 'Ann' } }),
  ])

  const responses = [failed, ...laterResponses]
  expect(responses.map(({ status }) => status)).toEqual([503, 503, 503, 503])
  expect(responses.map(({ headers }) => headers.get('retry-after'))).toEqual(['1', '1', '1', '1'])
  expect(failed.body).toMatchObject({ code: 503, type: 'Unavailable', id: expect.any(String) as string })
  expect(logger.errors).toEqual([{ err: expect.any(Error) as Error }])
  commitBarrier.unblock()
  await server.restart()
  const { messages } = await (
    await connectWithoutRetry(server.url, key)
  ).listMessages({ conversationId: conversation.id })
  expect(messages.map((message) => message.payload)).toEqual([{ type: 'text', text: 'before' }])
})

test('`closed` resolves when the server has closed without a failure', async () => {
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const { chat } = server

  await server.stop()

  await expect(chat.closed).resolves.toBeUndefined()
})
