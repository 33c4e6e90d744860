import { createChat } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream, openUserStream, type StreamEvent } from './raw-http/event-stream.ts'
import { createConversation, createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const mebibyte = 1024 * 1024
/** Three such messages exceed the size limit of a page. */
const largeText = 'x'.repeat(400_000)
const count = 12

let server: TestServer
let ada: TestUser
let conversationId: string
let start: Readonly<Record<'conversation' | 'user', string>>

beforeAll(async () => {
  server = await startTestServer({
    logger: createRecordingLogger(),
    encryptionKey: 'the secret of a bot under test, for its keys',
  })
  ada = await createTestUser(server.url, { id: 'ada' })
  conversationId = await createConversation(ada)
  await using conversation = await openConversationStream(ada, conversationId)
  await using user = await openUserStream(ada)
  start = { conversation: conversation.ready.id, user: user.ready.id }
  for (let index = 1; index <= count; index++) await sendText(ada, conversationId, `${index} ${largeText}`)
})
afterAll(() => server.close())

const parseIndex = (text: string): number => Number(/"text":"(\d+) /.exec(text)?.[1])
const newestFirst = Array.from({ length: count }, (_, index) => count - index)

interface Listed {
  messages: { payload: { text: string } }[]
  meta: { nextToken?: string }
}

test.each([20, 100, 1])(
  'pages of large messages stay below 1 MiB and skip no message: limit %i',
  async (limit) => {
    const indexes: number[] = []
    const sizes: number[] = []
    let token = ''
    do {
      const query = `?limit=${limit}${token}`
      const { body, text } = await ada.get<Listed>(`/conversations/${conversationId}/messages${query}`)
      sizes.push(text.length)
      indexes.push(...body.messages.map(({ payload }) => Number(payload.text.split(' ')[0])))
      token = body.meta.nextToken === undefined ? '' : `&nextToken=${body.meta.nextToken}`
    } while (token !== '')

    expect(indexes).toEqual(newestFirst)
    expect(Math.max(...sizes)).toBeLessThan(mebibyte)
    expect(sizes).toHaveLength(limit === 1 ? count : count / 2)
  },
)

test('our client pages through large messages', async () => {
  const userKey = await signUserKey({
    userId: 'ada',
    encryptionKey: 'the secret of a bot under test, for its keys',
  })
  const me = await createChat({ url: server.url }).connect({ userKey })

  const indexes: number[] = []
  for await (const message of me.listMessages.all({ conversationId }))
    indexes.push(parseIndex(JSON.stringify(message)))

  expect(indexes).toEqual(newestFirst)
})

test.each(['conversation', 'user'] as const)(
  'the replay of a %s stream continues past large messages',
  async (stream) => {
    const headers = { 'last-event-id': start[stream] }
    await using replayed = await (stream === 'user'
      ? openUserStream(ada, headers)
      : openConversationStream(ada, conversationId, headers))
    const isLast = ({ data }: StreamEvent): boolean => parseIndex(data) === count

    const events = await replayed.until(isLast)

    expect(replayed.ready.state).toBe('resumed')
    expect(events.map(({ data }) => parseIndex(data))).toEqual(newestFirst.toReversed())
  },
)
