import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { messageTexts } from './support/collect.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry, openStream, sendTexts } from './support/test-client.ts'

const mebibyte = 1024 * 1024
const text = (value: string) => ({ type: 'text', text: value }) as const
const errorMessage = async (sending: Promise<unknown>): Promise<string> =>
  sending.then(
    () => 'sent',
    (error: unknown) => (error instanceof Error ? error.message : 'not an error'),
  )

test('messages and events of a bot can have up to 1 MiB with metadata, in and outside of turns', async () => {
  const errors: string[] = []
  const bot = defineBot({
    onMessage: async ({ reply, sendEvent }) => {
      errors.push(await errorMessage(reply(text('x'.repeat(2 * mebibyte)))))
      errors.push(await errorMessage(reply(text('ä'.repeat(0.6 * mebibyte)))))
      errors.push(
        await errorMessage(
          reply(text('x'.repeat(0.6 * mebibyte)), { metadata: { m: 'x'.repeat(0.6 * mebibyte) } }),
        ),
      )
      errors.push(await errorMessage(sendEvent({ m: 'x'.repeat(2 * mebibyte) })))
      await reply(text('done'))
    },
  })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const stream = await openStream(me, { id: 'c' })
  const botHandle = server.chat.bot('demo')

  await sendTexts(me, 'c', 'go')
  await stream.until((signals) => messageTexts(signals).includes('done'))
  errors.push(await errorMessage(botHandle.send('c', text('x'.repeat(2 * mebibyte)))))
  errors.push(await errorMessage(botHandle.sendEvent('c', { m: 'x'.repeat(2 * mebibyte) })))

  expect(errors).toHaveLength(6)
  for (const error of errors) expect(error).toContain('the limit is 1048576 (1 MiB)')
  expect(messageTexts(stream.signals)).toEqual(['go', 'done'])
  const maxText = 'x'.repeat(mebibyte - '{"type":"text","text":""}'.length)
  expect(await botHandle.send('c', text(maxText))).toMatchObject({ payload: { type: 'text' } })
  expect(await errorMessage(botHandle.send('c', text(`${maxText}x`)))).toContain('1048577 bytes')
})

test('a streaming message throws when it would exceed the limit, and can be ended with the text so far', async () => {
  const errors: string[] = []
  const delta = 'x'.repeat(100_000)
  let deltaCount = 0
  const bot = defineBot({
    onMessage: async ({ stream, reply }) => {
      const answer = stream()
      try {
        while (deltaCount < 20) {
          answer.write(delta)
          deltaCount++
        }
      } catch (error) {
        errors.push(error instanceof Error ? error.message : '')
      }
      const metadata = { m: delta }
      errors.push(await errorMessage(answer.end({ metadata })))
      await answer.end({ metadata: { isTruncated: true } })
      await reply(text('done'))
    },
  })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const stream = await openStream(me, { id: 'c' })

  await sendTexts(me, 'c', 'go')
  await stream.until((signals) => messageTexts(signals).includes('done'))

  expect(deltaCount).toBe(10)
  expect(errors).toHaveLength(2)
  for (const error of errors) expect(error).toContain('the limit is 1048576 (1 MiB)')
  const { messages } = await me.listMessages({ conversationId: 'c', limit: 2 })
  const stored = messages.find(({ payload }) => 'text' in payload && payload.text !== 'done')
  expect(stored).toMatchObject({ payload: text(delta.repeat(10)), metadata: { isTruncated: true } })
  expect(stream.signals.some(({ type }) => type === 'message_stream_abort')).toBe(false)
})

test('a streaming message that exceeds the limit is aborted if its handler does not catch the error', async () => {
  const logger = createRecordingLogger()
  const bot = defineBot({
    onMessage: ({ message, stream, reply }) => {
      if (JSON.stringify(message.payload).includes('next')) return reply(text('done'))
      const answer = stream({ type: 'markdown' })
      answer.write('begin')
      // 600,000 characters of three bytes each.
      answer.write('好'.repeat(600_000))
      return answer.end()
    },
  })
  await using server = await startTestServer({ bot, logger })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const stream = await openStream(me, { id: 'c' })

  await sendTexts(me, 'c', 'go', 'next')
  const signals = await stream.until((received) => messageTexts(received).includes('done'))

  expect(signals.filter(({ type }) => type === 'message_stream_abort')).toHaveLength(1)
  expect(signals.filter(hasMarkdown)).toEqual([])
  expect(logger.errors).toMatchObject([{ err: { type: 'PayloadTooLarge' } }])
})

function hasMarkdown(signal: object): boolean {
  return JSON.stringify(signal).includes('"markdown"')
}
