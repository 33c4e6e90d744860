import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { collect, collectUntilForbidden } from './collect.ts'
import { event, message, user } from './example-models.ts'
import { endedStream, apiError, json, startScriptedServer, type ScriptedServer } from './scripted-server.ts'

/** Creates a Standard Schema that returns the output of `parse`, or an issue if there is none. */
function schemaOf<In, Out>(parse: (value: unknown) => Out | undefined): StandardSchemaV1<In, Out> {
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: async (value) => {
        const output = parse(value)
        return output === undefined ? { issues: [{ message: 'expected something else' }] } : { value: output }
      },
    },
  }
}

const metadata = schemaOf<{ row: number }, { row: number }>((value) => {
  const { row } = value as { row: unknown }
  return typeof row === 'number' ? { row } : undefined
})
const events = schemaOf<{ at: string }, { at: Date }>((value) => {
  const { at } = value as { at: unknown }
  return typeof at === 'string' ? { at: new Date(at) } : undefined
})
const at = '2026-01-31T12:00:00.000Z'
const payload = { type: 'text', text: 'Hello' } as const

async function connectWithSchemas(server: ScriptedServer) {
  server.on('POST /users', json(201, { user, key: 'k' }))
  const me = await createChat({ url: server.url, schemas: { metadata, events } }).connect()
  server.requests.length = 0
  return me
}

describe('outgoing data', () => {
  test('is sent unchanged, and results contain the output of the schema', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    server.on('POST /events', json(201, { event: { ...event, payload: { at } } }))
    server.on('POST /messages', json(201, { message: { ...message, metadata: { row: 1, seat: 'A' } } }))

    const { event: createdEvent } = await me.createEvent({ conversationId: 'c', payload: { at } })
    const { message: sent } = await me.createMessage({ conversationId: 'c', payload, metadata: { row: 1 } })

    expect(server.requests.map(({ body }) => body)).toEqual([
      { conversationId: 'c', payload: { at } },
      { conversationId: 'c', payload, metadata: { row: 1 } },
    ])
    expect(createdEvent.payload).toEqual({ at: new Date(at) })
    expect(sent.metadata).toEqual({ row: 1 })
  })

  test('keeps the reserved keys of metadata in addition to those of the app', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    const reserved = { clientMessageId: 'k', streamId: 's' }
    const invalid = { ...message, metadata: { ...reserved, row: 'A' } }
    server.on(
      'POST /messages',
      json(201, { message: { ...message, metadata: { ...reserved, row: 1, seat: 'A' } } }),
    )
    server.on('GET /conversations/c/messages', json(200, { messages: [invalid], meta: {} }))
    const send = (metadata: object) =>
      me.createMessage({ conversationId: 'c', payload, metadata: metadata as { row: number } })

    const { message: sent } = await send({ ...reserved, row: 1 })
    await send(reserved)
    const { messages } = await me.listMessages({ conversationId: 'c' })

    expect(sent.metadata).toEqual({ ...reserved, row: 1 })
    expect(server.requests.slice(0, 2).map(({ body }) => body)).toMatchObject([
      { metadata: { ...reserved, row: 1 } },
      { metadata: reserved },
    ])
    expect(messages[0]?.metadata).toEqual(reserved)
  })

  test('is rejected if it does not match, and nothing is sent', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    const row = 'A' as unknown as number
    const noTime = {} as { at: string }

    expect(
      await chatErrorOf(me.createMessage({ conversationId: 'c', payload, metadata: { row } })),
    ).toMatchObject({
      type: 'InvalidPayload',
      message:
        "Unable to create the message; the data does not match the app's schema: expected something else",
      cause: [{ message: 'expected something else' }],
    })
    expect(await chatErrorOf(me.createEvent({ conversationId: 'c', payload: noTime }))).toMatchObject({
      type: 'InvalidPayload',
    })
    expect(server.requests).toEqual([])
  })
})

describe('incoming data', () => {
  test('a key named __proto__ changes no prototype, and metadata contains only the output of the schema', async () => {
    await using server = await startScriptedServer()
    const loose = schemaOf<object, object>((value) => value as object)
    server.on('POST /users', json(201, { user, key: 'k' }))
    const me = await createChat({ url: server.url, schemas: { metadata: loose } }).connect()
    const foreign: unknown = JSON.parse('{"__proto__":{"role":"admin"},"row":1}')
    server.on('GET /messages/m', json(200, { message: { ...message, metadata: foreign } }))

    const { message: received } = await me.getMessage({ id: 'm' })

    expect((received.metadata as { role?: string }).role).toBeUndefined()
    expect(Object.getPrototypeOf(received.metadata)).toBe(Object.prototype)
    expect(JSON.stringify(received.metadata)).toBe('{"__proto__":{"role":"admin"},"row":1}')
  })

  test('metadata that does not match is omitted, and the message is delivered', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    const messages = [
      { ...message, metadata: { row: 1 } },
      { ...message, metadata: { color: 'red' } },
      message,
    ]
    server.on('GET /conversations/c/messages', json(200, { messages, meta: {} }))

    const listed = await collect(me.listMessages.all({ conversationId: 'c' }))

    expect(listed).toEqual([{ ...message, metadata: { row: 1 } }, message, message])
  })

  test('getEvent fails if the event does not match', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    server.on('GET /events/e', json(200, { event }))

    expect(await chatErrorOf(me.getEvent({ id: 'e' }))).toMatchObject({ type: 'InvalidDataFormat' })
  })

  test('signals contain the output of the schemas, and an event that does not match is an unknown signal', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    const signals = [
      { type: 'message_created', data: { ...message, isBot: true, metadata: { row: 'A' } } },
      {
        type: 'message_stream_complete',
        data: { streamId: 's', message: { ...message, metadata: { row: 2, more: 1 } } },
      },
      { type: 'event_created', data: { ...event, isBot: true, payload: { at } } },
      { type: 'event_created', data: { ...event, id: 'event_2', isBot: true } },
      { type: 'message_stream_abort', data: { streamId: 's', conversationId: 'c' } },
    ]
    const text = signals.map((signal, id) => `id: ${id}\ndata: ${JSON.stringify(signal)}\n\n`)
    server.on('GET /conversations/c/listen', endedStream(...text), apiError(403, 'Forbidden'))

    const received = await collectUntilForbidden(me.listenConversation({ id: 'c' }))

    expect(received).toEqual([
      { type: 'message_created', data: { ...message, isBot: true }, id: '0' },
      {
        type: 'message_stream_complete',
        data: { streamId: 's', message: { ...message, metadata: { row: 2 } } },
        id: '1',
      },
      { type: 'event_created', data: { ...event, isBot: true, payload: { at: new Date(at) } }, id: '2' },
      {
        type: 'unknown',
        data: { type: 'event_created', data: { ...event, id: 'event_2', isBot: true } },
        id: '3',
      },
      { type: 'message_stream_abort', data: { streamId: 's', conversationId: 'c' }, id: '4' },
    ])
  })
})
