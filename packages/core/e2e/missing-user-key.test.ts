import { describe, expect, test } from 'vitest'
import { createChat, type ConnectOptions } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { user } from './example-models.ts'
import { json, startScriptedServer } from './scripted-server.ts'

describe('a missing user key does not create a guest', () => {
  test.each([undefined, null, ''])('%j', async (userKey) => {
    await using server = await startScriptedServer()
    server.on('POST /users', json(201, { user, key: 'k' }))

    const error = await chatErrorOf(
      createChat({ url: server.url }).connect({ userKey } as unknown as ConnectOptions),
    )

    expect(error).toMatchObject({ type: 'InvalidIdentifier' })
    expect(error.message).toBe('Unable to connect; "userKey" is empty. Omit it to connect as a guest.')
    expect(server.requests).toEqual([])
  })

  test.each([undefined, null, ''])('a function that returns %j fails', async (key) => {
    await using server = await startScriptedServer()
    const chat = createChat({ url: server.url, retry: { attempts: 1 } })

    const error = await chatErrorOf(chat.connect({ userKey: () => key as string }))

    expect(error).toMatchObject({ type: 'KeyUnavailable' })
    expect(server.requests).toEqual([])
  })
})
