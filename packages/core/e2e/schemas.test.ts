import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { createChat } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { collect, collectUntilForbidden } from './collect.ts'
import { event, message, user } from './example-models.ts'
import { endedStream, failure, json, startScriptedServer, type ScriptedServer } from './scripted-server.ts'

/** A schema as any library makes one: what `read` gives, or an issue where it gives nothing. */
function schemaOf<In, Out>(read: (value: unknown) => Out | undefined): StandardSchemaV1<In, Out> {
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: async (value) => {
        const output = read(value)
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

describe('what is sent', () => {
  test('goes out as the app gave it, and comes back as the schema makes it', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    server.on('POST /events', json(201, { event: { ...event, payload: { at } } }))
    server.on('POST /messages', json(201, { message: { ...message, metadata: { row: 1, seat: 'A' } } }))

    const { event: made } = await me.createEvent({ conversationId: 'c', payload: { at } })
    const { message: sent } = await me.createMessage({ conversationId: 'c', payload, metadata: { row: 1 } })

    expect(server.requests.map(({ body }) => body)).toEqual([
      { conversationId: 'c', payload: { at } },
      { conversationId: 'c', payload, metadata: { row: 1 } },
    ])
    expect(made.payload).toEqual({ at: new Date(at) })
    expect(sent.metadata).toEqual({ row: 1 })
  })

  test('has the names by which a message is known again beside what is the app’s', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    const names = { clientMessageId: 'k', streamId: 's' }
    const misfit = { ...message, metadata: { ...names, row: 'A' } }
    server.on(
      'POST /messages',
      json(201, { message: { ...message, metadata: { ...names, row: 1, seat: 'A' } } }),
    )
    server.on('GET /conversations/c/messages', json(200, { messages: [misfit], meta: {} }))
    const send = (metadata: object) =>
      me.createMessage({ conversationId: 'c', payload, metadata: metadata as { row: number } })

    const { message: sent } = await send({ ...names, row: 1 })
    await send(names)
    const { messages } = await me.listMessages({ conversationId: 'c' })

    expect(sent.metadata).toEqual({ ...names, row: 1 })
    expect(server.requests.slice(0, 2).map(({ body }) => body)).toMatchObject([
      { metadata: { ...names, row: 1 } },
      { metadata: names },
    ])
    expect(messages[0]?.metadata).toEqual(names)
  })

  test('is refused where it does not fit, and nothing is sent', async () => {
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

describe('what is received', () => {
  test('a key named __proto__ changes no prototype: metadata has only what the schema returned', async () => {
    await using server = await startScriptedServer()
    const loose = schemaOf<object, object>((value) => value as object)
    server.on('POST /users', json(201, { user, key: 'k' }))
    const me = await createChat({ url: server.url, schemas: { metadata: loose } }).connect()
    const foreign: unknown = JSON.parse('{"__proto__":{"role":"admin"},"row":1}')
    server.on('GET /messages/m', json(200, { message: { ...message, metadata: foreign } }))

    const { message: got } = await me.getMessage({ id: 'm' })

    expect((got.metadata as { role?: string }).role).toBeUndefined()
    expect(Object.getPrototypeOf(got.metadata)).toBe(Object.prototype)
    expect(JSON.stringify(got.metadata)).toBe('{"__proto__":{"role":"admin"},"row":1}')
  })

  test("others' metadata that does not fit is left out, and the message is there", async () => {
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

  test('an event that does not fit is a failure of the one who asked for it', async () => {
    await using server = await startScriptedServer()
    const me = await connectWithSchemas(server)
    server.on('GET /events/e', json(200, { event }))

    expect(await chatErrorOf(me.getEvent({ id: 'e' }))).toMatchObject({ type: 'InvalidDataFormat' })
  })

  test('signals carry what the schemas make of them, and an event that does not fit is an unknown signal', async () => {
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
    server.on('GET /conversations/c/listen', endedStream(...text), failure(403, 'Forbidden'))

    const heard = await collectUntilForbidden(me.listenConversation({ id: 'c' }))

    expect(heard).toEqual([
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
