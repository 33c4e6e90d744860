import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { messageTexts } from './support/collect.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { connectWithoutRetry, openStream, sendTexts } from './support/test-client.ts'

const mebibyte = 1024 * 1024
const text = (value: string) => ({ type: 'text', text: value }) as const
const reasonOf = async (sending: Promise<unknown>): Promise<string> =>
  sending.then(
    () => 'sent',
    (error: unknown) => (error instanceof Error ? error.message : 'not an error'),
  )

test('messages and events of a bot have at most 1 MiB, metadata included, in a turn and outside of one', async () => {
  const reasons: string[] = []
  const bot = defineBot({
    onMessage: async ({ reply, sendEvent }) => {
      reasons.push(await reasonOf(reply(text('x'.repeat(2 * mebibyte)))))
      reasons.push(await reasonOf(reply(text('ä'.repeat(0.6 * mebibyte)))))
      reasons.push(
        await reasonOf(
          reply(text('x'.repeat(0.6 * mebibyte)), { metadata: { m: 'x'.repeat(0.6 * mebibyte) } }),
        ),
      )
      reasons.push(await reasonOf(sendEvent({ m: 'x'.repeat(2 * mebibyte) })))
      await reply(text('done'))
    },
  })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const listening = await openStream(me, { id: 'c' })
  const voice = server.chat.bot('demo')

  await sendTexts(me, 'c', 'go')
  await listening.until((signals) => messageTexts(signals).includes('done'))
  reasons.push(await reasonOf(voice.send('c', text('x'.repeat(2 * mebibyte)))))
  reasons.push(await reasonOf(voice.sendEvent('c', { m: 'x'.repeat(2 * mebibyte) })))

  expect(reasons).toHaveLength(6)
  for (const reason of reasons) expect(reason).toContain('the limit is 1048576 (1 MiB)')
  expect(messageTexts(listening.signals)).toEqual(['go', 'done'])
  const fits = 'x'.repeat(mebibyte - '{"type":"text","text":""}'.length)
  expect(await voice.send('c', text(fits))).toMatchObject({ payload: { type: 'text' } })
  expect(await reasonOf(voice.send('c', text(`${fits}x`)))).toContain('1048577 bytes')
})

test('a stream throws when it would exceed the limit, and can be ended with the text so far', async () => {
  const reasons: string[] = []
  const piece = 'x'.repeat(100_000)
  let pieces = 0
  const bot = defineBot({
    onMessage: async ({ stream, reply }) => {
      const answer = stream()
      try {
        while (pieces < 20) {
          answer.write(piece)
          pieces++
        }
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : '')
      }
      const metadata = { m: piece }
      reasons.push(await reasonOf(answer.end({ metadata })))
      await answer.end({ metadata: { isCut: true } })
      await reply(text('done'))
    },
  })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const listening = await openStream(me, { id: 'c' })

  await sendTexts(me, 'c', 'go')
  await listening.until((signals) => messageTexts(signals).includes('done'))

  expect(pieces).toBe(10)
  expect(reasons).toHaveLength(2)
  for (const reason of reasons) expect(reason).toContain('the limit is 1048576 (1 MiB)')
  const { messages } = await me.listMessages({ conversationId: 'c', limit: 2 })
  const stored = messages.find(({ payload }) => 'text' in payload && payload.text !== 'done')
  expect(stored).toMatchObject({ payload: text(piece.repeat(10)), metadata: { isCut: true } })
  expect(listening.signals.some(({ type }) => type === 'message_stream_abort')).toBe(false)
})

test('a stream that exceeds the limit is aborted if its handler does not catch the error', async () => {
  const logger = createRecordingLogger()
  const bot = defineBot({
    onMessage: ({ message, stream, reply }) => {
      if (JSON.stringify(message.payload).includes('next')) return reply(text('done'))
      const answer = stream({ type: 'markdown' })
      answer.write('begun')
      // 600,000 characters of three bytes each.
      answer.write('好'.repeat(600_000))
      return answer.end()
    },
  })
  await using server = await startTestServer({ bot, logger })
  const me = await connectWithoutRetry(server.url)
  await me.createConversation({ id: 'c' })
  const listening = await openStream(me, { id: 'c' })

  await sendTexts(me, 'c', 'go', 'next')
  const signals = await listening.until((all) => messageTexts(all).includes('done'))

  expect(signals.filter(({ type }) => type === 'message_stream_abort')).toHaveLength(1)
  expect(signals.filter(hasMarkdown)).toEqual([])
  expect(logger.errors).toMatchObject([{ err: { type: 'PayloadTooLarge' } }])
})

function hasMarkdown(signal: object): boolean {
  return JSON.stringify(signal).includes('"markdown"')
}
