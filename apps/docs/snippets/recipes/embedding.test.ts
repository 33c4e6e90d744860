import { createChat } from '@parley/core'
import { expect, test } from 'vitest'
import { startProgram } from '../testing/start-program.ts'

test.each(['hono', 'express', 'fastify', 'node-http'])(
  'the program with %s serves a chat and a page, and ends after SIGTERM',
  async (name) => {
    await using program = await startProgram(`recipes/${name}.ts`)
    const url = program.line

    const me = await createChat({ url }).connect()
    const { conversation } = await me.createConversation()
    const { message } = await me.createMessage({
      conversationId: conversation.id,
      payload: { type: 'text', text: 'Hello' },
    })
    const signals = me
      .listenConversation({
        id: conversation.id,
        after: message.id,
      })
      [Symbol.asyncIterator]()
    const { value: signal } = await signals.next()
    const page = await fetch(new URL('/', url))
    const code = await program.stop()
    await signals.return?.()

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/chat\/demo$/)
    expect(signal).toMatchObject({
      type: 'message_created',
      data: { isBot: true, payload: { text: 'Hello' } },
    })
    expect(await page.text()).toBe('My page')
    expect(code).toBe(0)
  },
)
