import type { OperationResult, PayloadType } from '@parley/core/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../src/testing/index.ts'
import { openConversationStream } from './raw-http/event-stream.ts'
import { outcome } from './raw-http/outcome.ts'
import { sendRequest } from './raw-http/send-request.ts'
import { createConversation, createTestUser, sendText, type TestUser } from './raw-http/test-user.ts'
import { createTestConversation } from './raw-http/valid-requests.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

const time: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const text = { type: 'text', text: 'Hello' }

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({
    bot: { name: 'Helper', onMessage: () => undefined },
    logger: createRecordingLogger(),
  })
})
afterAll(() => server.close())

describe('a user', () => {
  const fields = { name: 'Ada', pictureUrl: 'https://example.org/ada.png', profile: 'First of all.' }

  test('has an id, two dates, and the given fields', async () => {
    const minimal = await sendRequest('POST', `${server.url}/users`)
    const complete = await sendRequest('POST', `${server.url}/users`, { body: { id: 'ada', ...fields } })

    const id: unknown = expect.stringMatching(/^user_\w+$/)
    const key: unknown = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(minimal.body).toEqual({ user: { id, createdAt: time, updatedAt: time }, key })
    expect(complete.body).toEqual({ user: { id: 'ada', ...fields, createdAt: time, updatedAt: time }, key })
  })

  test('is the same in all responses', async () => {
    const user = await createTestUser(server.url, fields)
    const conversationId = await createConversation(user)

    const me = await user.get<OperationResult<'getUser'>>('/users/me')
    const created = await user.post('/users/get-or-create')
    const listed = await user.get(`/conversations/${conversationId}/participants`)
    const single = await user.get(`/conversations/${conversationId}/participants/${user.id}`)

    const { user: shown } = me.body
    expect(shown).toEqual({ id: user.id, ...fields, createdAt: time, updatedAt: time })
    expect(created.body).toEqual({ user: shown })
    expect(listed.body).toEqual({ participants: [shown], meta: {} })
    expect(single.body).toEqual({ participant: shown })
  })

  test.each(['put /users/me', 'post /users/get-or-create'])(
    'keeps omitted fields on %s',
    async (operation) => {
      const user = await createTestUser(server.url, fields)
      const [method = '', path = ''] = operation.split(' ')
      const change = (body: object) =>
        sendRequest<OperationResult<'updateUser'>>(method.toUpperCase(), server.url + path, {
          key: user.key,
          body,
        })

      const before = await user.get<OperationResult<'getUser'>>('/users/me')
      const renamed = await change({ name: 'Lady Ada' })
      const emptied = await change({ profile: '' })
      const unchanged = await change({})

      expect(renamed.body.user).toMatchObject({ ...fields, name: 'Lady Ada' })
      expect(emptied.body.user).toMatchObject({ ...fields, name: 'Lady Ada', profile: '' })
      expect(unchanged.body.user).toEqual(emptied.body.user)
      expect(renamed.body.user.createdAt).toBe(before.body.user.createdAt)
      expect(renamed.body.user.updatedAt >= before.body.user.updatedAt).toBe(true)
    },
  )

  test('keeps their id on an update', async () => {
    const user = await createTestUser(server.url)

    const { body } = await user.put<OperationResult<'updateUser'>>('/users/me', {
      id: 'other',
      createdAt: 'x',
      x: 1,
    })

    expect(body.user).toEqual({ id: user.id, createdAt: time, updatedAt: time })
  })
})

test('generated ids sort in order of creation', async () => {
  const user = await createTestUser(server.url)
  const users: string[] = []
  const conversations: string[] = []
  for (let index = 0; index < 20; index++) {
    users.push((await createTestUser(server.url)).id)
    conversations.push(await createConversation(user))
  }

  expect(users).toEqual(users.toSorted())
  expect(conversations).toEqual(conversations.toSorted())
})

describe('a conversation', () => {
  test('has an id and two dates', async () => {
    const user = await createTestUser(server.url)

    const named = await user.post('/conversations', { id: 'named' })
    const unnamed = await user.post('/conversations')
    const again = await user.post('/conversations/get-or-create', { id: 'named' })
    const fetched = await user.get('/conversations/named')

    const id: unknown = expect.stringMatching(/^conv_\w+$/)
    expect(named.body).toEqual({ conversation: { id: 'named', createdAt: time, updatedAt: time } })
    expect(unnamed.body).toEqual({ conversation: { id, createdAt: time, updatedAt: time } })
    expect(again).toMatchObject({ status: 201, body: named.body })
    expect(fetched.body).toEqual(named.body)
  })

  test('lists its owner first, then the other participants in the order of joining, and not the bot', async () => {
    const owner = await createTestUser(server.url)
    const [first, second] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner, first, second)
    const participants = async () => {
      const path = `/conversations/${conversationId}/participants`
      const { body } = await owner.get<OperationResult<'listParticipants'>>(path)
      return body.participants.map(({ id }) => id)
    }

    const before = await participants()
    await first.delete(`/conversations/${conversationId}/participants/${first.id}`)
    await owner.post(`/conversations/${conversationId}/participants`, { userId: first.id })

    expect(before).toEqual([owner.id, first.id, second.id])
    expect(await participants()).toEqual([owner.id, second.id, first.id])
  })

  test('gets a new updatedAt with each message, and no other change', async () => {
    const user = await createTestUser(server.url)
    const conversationId = await createConversation(user)
    const read = async () =>
      (await user.get<OperationResult<'getConversation'>>(`/conversations/${conversationId}`)).body
        .conversation

    const fresh = await read()
    await sendText(user, conversationId, '1')
    const afterFirst = await read()
    await sendText(user, conversationId, '2')
    const afterSecond = await read()

    expect(afterFirst.updatedAt > fresh.updatedAt).toBe(true)
    expect(afterSecond.updatedAt > afterFirst.updatedAt).toBe(true)
    expect(afterSecond).toEqual({ ...fresh, updatedAt: afterSecond.updatedAt })
  })

  test('gets a participant_added signal only if a user was not a participant before', async () => {
    const [owner, participant] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner)
    await using stream = await openConversationStream(owner, conversationId)
    const path = `/conversations/${conversationId}/participants`

    const added = await owner.post(path, { userId: participant.id })
    const again = await owner.post(path, { userId: participant.id })
    const ownerAdded = await owner.post(path, { userId: owner.id })
    await owner.delete(`${path}/${participant.id}`)
    const signals = await stream.nextSignals(2)
    await owner.delete(`/conversations/${conversationId}`)

    const data = { conversationId, participantId: participant.id }
    expect([added, again, ownerAdded].map(outcome)).toEqual(['200', '200', '200'])
    expect(again.body).toEqual(added.body)
    expect(signals).toEqual([
      { type: 'participant_added', data },
      { type: 'participant_removed', data },
    ])
    expect(await stream.remainingSignals()).toEqual([])
  })
})

describe('a message', () => {
  test('has exactly the fields of its model, and metadata only if given', async () => {
    const user = await createTestUser(server.url)
    const conversationId = await createConversation(user)

    const minimal = await user.post<OperationResult<'createMessage'>>('/messages', {
      conversationId,
      payload: text,
    })
    const withMetadata = await user.post('/messages', {
      conversationId,
      payload: text,
      metadata: {},
      x: 1,
      id: 'mine',
    })

    const id: unknown = expect.stringMatching(/^msg_\w+$/)
    const message = { id, createdAt: time, conversationId, userId: user.id, payload: text }
    expect(minimal.body).toEqual({ message })
    expect(withMetadata.body).toEqual({ message: { ...message, metadata: {} } })
    expect((await user.get(`/messages/${minimal.body.message.id}`)).body).toEqual(minimal.body)
  })

  test('has an additional isBot in its signal', async () => {
    const user = await createTestUser(server.url)
    const conversationId = await createConversation(user)
    await using stream = await openConversationStream(user, conversationId)

    const message = await sendText(user, conversationId, 'Hello')

    expect(await stream.nextSignals(1)).toEqual([
      { type: 'message_created', data: { ...message, isBot: false } },
    ])
  })

  const card = { type: 'card', title: 'Tea', actions: [] }
  const action = { label: 'Go', value: 'go' }
  const options = [{ label: 'Yes', value: 'yes', icon: null }]
  const payloads: Record<PayloadType, unknown[]> = {
    text: [text, { text: 'Hello', type: 'text', value: 'go', extra: null }],
    markdown: [{ type: 'markdown', markdown: '**Hello**' }],
    image: [{ type: 'image', imageUrl: 'https://example.org/a.png', alt: '' }],
    audio: [{ type: 'audio', audioUrl: 'a.mp3' }],
    video: [{ type: 'video', videoUrl: 'a.mp4' }],
    file: [
      { type: 'file', fileUrl: 'a.pdf' },
      { title: 'A', type: 'file', fileUrl: 'a.pdf' },
    ],
    location: [
      { type: 'location', latitude: -90.5, longitude: 1e300 },
      { type: 'location', latitude: 0, longitude: 0, address: '', title: '' },
    ],
    card: [
      card,
      {
        ...card,
        subtitle: 'Earl Grey',
        imageUrl: 'tea.png',
        actions: [
          { action: 'postback', ...action },
          { ...action, action: 'url', value: 'https://example.org' },
          { ...action, value: 'Hello', action: 'say' },
        ],
      },
    ],
    carousel: [
      { type: 'carousel', items: [] },
      { type: 'carousel', items: [card, { ...card, theme: 'dark' }] },
    ],
    choice: [
      { type: 'choice', text: 'Tea?', options },
      { type: 'choice', text: 'Tea?', options: [] },
    ],
    dropdown: [{ type: 'dropdown', text: 'Tea?', options, isMulti: false }],
    bloc: [
      { type: 'bloc', items: [] },
      {
        type: 'bloc',
        items: [
          text,
          { type: 'markdown', markdown: '*' },
          { type: 'image', imageUrl: '-' },
          { type: 'audio', audioUrl: '-' },
          { type: 'video', videoUrl: '-' },
          { type: 'file', fileUrl: '-', title: '-' },
          { type: 'location', longitude: 1, latitude: 2, title: '' },
        ],
      },
    ],
  }

  test.each(Object.entries(payloads))('of the type %s is stored unchanged', async (_, samples) => {
    const user = await createTestUser(server.url)
    const conversationId = await createConversation(user)

    const responses = []
    for (const payload of samples) responses.push(await user.post('/messages', { conversationId, payload }))
    const listed = await user.get<OperationResult<'listMessages'>>(
      `/conversations/${conversationId}/messages`,
    )

    expect(responses.map(outcome)).toEqual(samples.map(() => '201'))
    expect(listed.body.messages.map(({ payload }) => JSON.stringify(payload)).toReversed()).toEqual(
      samples.map((payload) => JSON.stringify(payload)),
    )
  })
})

test('an event has exactly the fields of its model, and is not listed with messages', async () => {
  const user = await createTestUser(server.url)
  const conversationId = await createConversation(user)
  await using stream = await openConversationStream(user, conversationId)

  const { status, body } = await user.post<OperationResult<'createEvent'>>('/events', {
    conversationId,
    payload: { kind: 'seen' },
    metadata: { is: 'for messages' },
  })

  const id: unknown = expect.stringMatching(/^event_\w+$/)
  expect(status).toBe(201)
  expect(body).toEqual({
    event: { id, createdAt: time, conversationId, userId: user.id, payload: { kind: 'seen' } },
  })
  expect((await user.get(`/events/${body.event.id}`)).body).toEqual(body)
  expect(await stream.nextSignals(1)).toEqual([
    { type: 'event_created', data: { ...body.event, isBot: false } },
  ])
  expect(await user.get(`/conversations/${conversationId}/messages`)).toMatchObject({
    body: { messages: [] },
  })
})

test('every DELETE accepts the body {}', async () => {
  const { owner, sender, conversationId, messageId, otherParticipantId } = await createTestConversation(
    server.url,
  )
  const paths: [TestUser, string][] = [
    [sender, `/messages/${messageId}`],
    [owner, `/conversations/${conversationId}/participants/${otherParticipantId}`],
    [owner, `/conversations/${conversationId}`],
    [owner, '/users/me'],
  ]

  for (const [user, path] of paths) {
    expect(await user.delete(path, {})).toMatchObject({ status: 200, text: '{}' })
  }
})
