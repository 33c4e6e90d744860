import { afterEach, describe, expect, test, vi } from 'vitest'
import { createChat, isChatError, type ChatOptions, type ConnectOptions } from '../src/index.ts'
import { chatErrorOf } from './chat-error-of.ts'
import { user } from './example-models.ts'
import { json, startScriptedServer } from './scripted-server.ts'

afterEach(() => vi.unstubAllGlobals())

/** Bypasses the types, like plain JavaScript. */
const createUntypedChat = (options: unknown) => createChat(options as ChatOptions)

describe('an invalid address is rejected before anything is sent', () => {
  test.each<[string, unknown, string]>([
    ['no options', {}, '{}'],
    ['a missing url', { url: undefined }, '{}'],
    ['a missing url and webhookId', { url: undefined, webhookId: undefined }, '{}'],
    ['null', { url: null }, '{"url":null}'],
    ['an empty url', { url: '' }, '{"url":""}'],
    ['a blank url', { url: ' ' }, '{"url":" "}'],
    ['an empty url with a webhookId', { url: '', webhookId: 'w' }, '{"url":"","webhookId":"w"}'],
    ['a relative url outside a page', { url: '/demo' }, '{"url":"/demo"}'],
    ['a word', { url: 'nonsense' }, '{"url":"nonsense"}'],
    ['a host without a scheme', { url: 'localhost:3000/demo' }, '{"url":"localhost:3000/demo"}'],
    ['another scheme', { url: 'ws://a/demo' }, '{"url":"ws://a/demo"}'],
    ['a broken url', { url: 'http://a b/demo' }, '{"url":"http://a b/demo"}'],
    ['a query', { url: 'http://a/demo?x=1' }, '{"url":"http://a/demo?x=1"}'],
    ['a fragment', { url: 'http://a/demo#' }, '{"url":"http://a/demo#"}'],
    ['credentials', { url: 'http://ann@a/demo' }, '{"url":"http://ann@a/demo"}'],
    ['a URL object', { url: new URL('http://a/demo') }, '{"url":"http://a/demo"}'],
    ['an empty webhookId', { webhookId: '' }, '{"webhookId":""}'],
    ['a webhookId of dots', { webhookId: '..' }, '{"webhookId":".."}'],
    ['a webhookId that is a number', { webhookId: 7 }, '{"webhookId":7}'],
  ])('%s', (_, options, address) => {
    const create = () => createUntypedChat(options)

    expect(create).toThrow(
      `Unable to create the chat; ${address} is not a valid address. Pass an absolute "url" or a "webhookId".`,
    )
    expect(create).toThrow(expect.toSatisfy(isChatError))
  })

  test.each<[unknown, string]>([
    [{ url: 'https://a.example/demo//' }, 'https://a.example/demo'],
    [{ url: 'HTTP://127.0.0.1:3000/demo', webhookId: undefined }, 'HTTP://127.0.0.1:3000/demo'],
    [{ webhookId: 'a/b', url: undefined }, 'https://chat.botpress.cloud/a%2Fb'],
  ])('%j is accepted', (options, url) => {
    expect(createUntypedChat(options).url).toBe(url)
  })

  test('a relative url is accepted in a page', () => {
    vi.stubGlobal('location', { href: 'https://a.example/app/' })

    expect(createUntypedChat({ url: '/demo/' }).url).toBe('/demo')
    expect(() => createUntypedChat({ url: '' })).toThrow('is not a valid address')
  })
})

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
