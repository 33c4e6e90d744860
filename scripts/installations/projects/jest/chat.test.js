import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { defineBot } from '@parley/server'
import { startTestServer } from '@parley/server/testing'
import { filter, firstValueFrom, map } from 'rxjs'

const bot = defineBot({
  name: 'Parrot',
  onMessage: ({ message, reply }) => reply({ type: 'text', text: `You said: ${message.payload.text}` }),
})

test('a bot answers', async () => {
  const server = await startTestServer({ bot })
  const me = await createChat({ url: server.url }).connect()
  const { conversation } = await me.createConversation()
  const live = openConversation(me, conversation.id)
  const answer = firstValueFrom(
    live.messages$.pipe(
      map((messages) => messages.find(({ payload }) => payload.text === 'You said: Hello')),
      filter(Boolean),
    ),
  )

  await live.send({ type: 'text', text: 'Hello' })

  expect((await answer).payload.text).toBe('You said: Hello')
  await server.close()
}, 30_000)
