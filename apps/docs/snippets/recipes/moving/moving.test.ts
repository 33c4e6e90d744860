import { Client } from '@botpress/chat'
import { createChat } from '@parley/core'
import { startTestServer } from '@parley/server/testing'
import { expect, test } from 'vitest'
import { runSnippet } from '../../testing/run-snippet.ts'
import { readSnippet } from '../../testing/snippet-source.ts'
import bot from '../bot.ts'

test.each(['before', 'after'])(
  'the program %s the move prints the answer and the number of messages, and ends',
  async (name) => {
    await using server = await startTestServer({ bot })

    const { stdout, code } = await runSnippet(`recipes/moving/${name}.ts`, {
      url: server.url,
    })

    expect(stdout).toBe('Hello\n2\n')
    expect(code).toBe(0)
  },
)

test('a user of one client continues in the other, with the same key', async () => {
  await using server = await startTestServer({ bot })
  const before = await Client.connect({ apiUrl: server.url })
  const { conversation } = await before.createConversation({})

  const chat = createChat({ url: server.url })
  const after = await chat.connect({ userKey: before.user.key })
  const { conversations } = await after.listConversations()

  expect(after.user.id).toBe(before.user.id)
  expect(conversations.map(({ id }) => id)).toEqual([conversation.id])
})

test('the page names every method of the official client', async () => {
  await using server = await startTestServer({ bot })
  const me = await Client.connect({ apiUrl: server.url })
  const page = readSnippet(
    '../src/content/docs/recipes/moving-from-botpress-chat.md',
    '',
  )

  const methods = Object.entries(me).flatMap(([name, value]) =>
    typeof value === 'function' ? [name] : [],
  )

  expect(methods.length).toBeGreaterThan(15)
  expect(methods.filter((name) => !page.includes(`\`${name}`))).toEqual([])
})
