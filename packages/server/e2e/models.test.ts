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
    bot: { name: 'Nobody', onMessage: () => undefined },
    logger: createRecordingLogger(),
  })
})
afterAll(() => server.close())

describe('a user', () => {
  const fields = { name: 'Ada', pictureUrl: 'https://example.org/ada.png', profile: 'First of all.' }

  test('has an id, two times, and the fields that were given', async () => {
    const bare = await sendRequest('POST', `${server.url}/users`)
    const whole = await sendRequest('POST', `${server.url}/users`, { body: { id: 'ada', ...fields } })

    const id: unknown = expect.stringMatching(/^user_\w+$/)
    const key: unknown = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(bare.body).toEqual({ user: { id, createdAt: time, updatedAt: time }, key })
    expect(whole.body).toEqual({ user: { id: 'ada', ...fields, createdAt: time, updatedAt: time }, key })
  })

  test('is the same wherever they are shown', async () => {
    const person = await createTestUser(server.url, fields)
    const conversationId = await createConversation(person)

    const me = await person.get<OperationResult<'getUser'>>('/users/me')
    const made = await person.post('/users/get-or-create')
    const listed = await person.get(`/conversations/${conversationId}/participants`)
    const one = await person.get(`/conversations/${conversationId}/participants/${person.id}`)

    const { user } = me.body
    expect(user).toEqual({ id: person.id, ...fields, createdAt: time, updatedAt: time })
    expect(made.body).toEqual({ user })
    expect(listed.body).toEqual({ participants: [user], meta: {} })
    expect(one.body).toEqual({ participant: user })
  })

  test.each(['put /users/me', 'post /users/get-or-create'])(
    'keeps by %s each field that is not given',
    async (operation) => {
      const person = await createTestUser(server.url, fields)
      const [method = '', path = ''] = operation.split(' ')
      const change = (body: object) =>
        sendRequest<OperationResult<'updateUser'>>(method.toUpperCase(), server.url + path, {
          key: person.key,
          body,
        })

      const before = await person.get<OperationResult<'getUser'>>('/users/me')
      const renamed = await change({ name: 'Lady Ada' })
      const emptied = await change({ profile: '' })
      const untouched = await change({})

      expect(renamed.body.user).toMatchObject({ ...fields, name: 'Lady Ada' })
      expect(emptied.body.user).toMatchObject({ ...fields, name: 'Lady Ada', profile: '' })
      expect(untouched.body.user).toEqual(emptied.body.user)
      expect(renamed.body.user.createdAt).toBe(before.body.user.createdAt)
      expect(renamed.body.user.updatedAt >= before.body.user.updatedAt).toBe(true)
    },
  )

  test('does not change the id of anyone by an update', async () => {
    const person = await createTestUser(server.url)

    const { body } = await person.put<OperationResult<'updateUser'>>('/users/me', {
      id: 'other',
      createdAt: 'x',
      x: 1,
    })

    expect(body.user).toEqual({ id: person.id, createdAt: time, updatedAt: time })
  })
})

test('what the server names sorts in the order in which it was made', async () => {
  const person = await createTestUser(server.url)
  const users: string[] = []
  const conversations: string[] = []
  for (let made = 0; made < 20; made++) {
    users.push((await createTestUser(server.url)).id)
    conversations.push(await createConversation(person))
  }

  expect(users).toEqual(users.toSorted())
  expect(conversations).toEqual(conversations.toSorted())
})

describe('a conversation', () => {
  test('has an id and two times', async () => {
    const person = await createTestUser(server.url)

    const named = await person.post('/conversations', { id: 'named' })
    const unnamed = await person.post('/conversations')
    const again = await person.post('/conversations/get-or-create', { id: 'named' })
    const fetched = await person.get('/conversations/named')

    const id: unknown = expect.stringMatching(/^conv_\w+$/)
    expect(named.body).toEqual({ conversation: { id: 'named', createdAt: time, updatedAt: time } })
    expect(unnamed.body).toEqual({ conversation: { id, createdAt: time, updatedAt: time } })
    expect(again).toMatchObject({ status: 201, body: named.body })
    expect(fetched.body).toEqual(named.body)
  })

  test('has its owner as the first participant, then the others as they joined, and never the bot', async () => {
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

  test('moves its updatedAt with each message, and nothing else of it', async () => {
    const person = await createTestUser(server.url)
    const conversationId = await createConversation(person)
    const read = async () =>
      (await person.get<OperationResult<'getConversation'>>(`/conversations/${conversationId}`)).body
        .conversation

    const fresh = await read()
    await sendText(person, conversationId, '1')
    const once = await read()
    await sendText(person, conversationId, '2')
    const twice = await read()

    expect(once.updatedAt > fresh.updatedAt).toBe(true)
    expect(twice.updatedAt > once.updatedAt).toBe(true)
    expect(twice).toEqual({ ...fresh, updatedAt: twice.updatedAt })
  })

  test('hears of who is added once, and of nobody when it is made', async () => {
    const [owner, guest] = [await createTestUser(server.url), await createTestUser(server.url)]
    const conversationId = await createConversation(owner)
    await using stream = await openConversationStream(owner, conversationId)
    const path = `/conversations/${conversationId}/participants`

    const added = await owner.post(path, { userId: guest.id })
    const again = await owner.post(path, { userId: guest.id })
    const self = await owner.post(path, { userId: owner.id })
    await owner.delete(`${path}/${guest.id}`)
    const heard = await stream.nextSignals(2)
    await owner.delete(`/conversations/${conversationId}`)

    const data = { conversationId, participantId: guest.id }
    expect([added, again, self].map(outcome)).toEqual(['200', '200', '200'])
    expect(again.body).toEqual(added.body)
    expect(heard).toEqual([
      { type: 'participant_added', data },
      { type: 'participant_removed', data },
    ])
    expect(await stream.remainingSignals()).toEqual([])
  })
})

describe('a message', () => {
  test('has exactly the fields of its model, with metadata only where it was given', async () => {
    const person = await createTestUser(server.url)
    const conversationId = await createConversation(person)

    const bare = await person.post<OperationResult<'createMessage'>>('/messages', {
      conversationId,
      payload: text,
    })
    const tagged = await person.post('/messages', {
      conversationId,
      payload: text,
      metadata: {},
      x: 1,
      id: 'mine',
    })

    const id: unknown = expect.stringMatching(/^msg_\w+$/)
    const message = { id, createdAt: time, conversationId, userId: person.id, payload: text }
    expect(bare.body).toEqual({ message })
    expect(tagged.body).toEqual({ message: { ...message, metadata: {} } })
    expect((await person.get(`/messages/${bare.body.message.id}`)).body).toEqual(bare.body)
  })

  test('is signalled with isBot, and with nothing else', async () => {
    const person = await createTestUser(server.url)
    const conversationId = await createConversation(person)
    await using stream = await openConversationStream(person, conversationId)

    const message = await sendText(person, conversationId, 'Hello')

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

  test.each(Object.entries(payloads))('of the type %s is kept to the letter', async (_, samples) => {
    const person = await createTestUser(server.url)
    const conversationId = await createConversation(person)

    const answers = []
    for (const payload of samples) answers.push(await person.post('/messages', { conversationId, payload }))
    const listed = await person.get<OperationResult<'listMessages'>>(
      `/conversations/${conversationId}/messages`,
    )

    expect(answers.map(outcome)).toEqual(samples.map(() => '201'))
    expect(listed.body.messages.map(({ payload }) => JSON.stringify(payload)).toReversed()).toEqual(
      samples.map((payload) => JSON.stringify(payload)),
    )
  })
})

test('an event has exactly the fields of its model, and is in no list of messages', async () => {
  const person = await createTestUser(server.url)
  const conversationId = await createConversation(person)
  await using stream = await openConversationStream(person, conversationId)

  const { status, body } = await person.post<OperationResult<'createEvent'>>('/events', {
    conversationId,
    payload: { kind: 'seen' },
    metadata: { is: 'for messages' },
  })

  const id: unknown = expect.stringMatching(/^event_\w+$/)
  expect(status).toBe(201)
  expect(body).toEqual({
    event: { id, createdAt: time, conversationId, userId: person.id, payload: { kind: 'seen' } },
  })
  expect((await person.get(`/events/${body.event.id}`)).body).toEqual(body)
  expect(await stream.nextSignals(1)).toEqual([
    { type: 'event_created', data: { ...body.event, isBot: false } },
  ])
  expect(await person.get(`/conversations/${conversationId}/messages`)).toMatchObject({
    body: { messages: [] },
  })
})

test('every DELETE may come with the body {}', async () => {
  const { owner, sender, conversationId, messageId, otherParticipantId } = await createTestConversation(
    server.url,
  )
  const paths: [TestUser, string][] = [
    [sender, `/messages/${messageId}`],
    [owner, `/conversations/${conversationId}/participants/${otherParticipantId}`],
    [owner, `/conversations/${conversationId}`],
    [owner, '/users/me'],
  ]

  for (const [person, path] of paths) {
    expect(await person.delete(path, {})).toMatchObject({ status: 200, text: '{}' })
  }
})
