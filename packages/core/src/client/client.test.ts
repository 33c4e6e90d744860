import { afterEach, describe, expect, test, vi } from 'vitest'
import { isChatError } from '../errors/chat-error.ts'
import { createClient, type ChatOptions } from './client.ts'

afterEach(() => vi.unstubAllGlobals())

/** Bypasses the types, like plain JavaScript. */
const createUntypedClient = (options: unknown) => createClient(options as ChatOptions)

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
    const create = () => createUntypedClient(options)

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
    expect(createUntypedClient(options).url).toBe(url)
  })

  test('a relative url is accepted in a page', () => {
    vi.stubGlobal('location', { href: 'https://a.example/app/' })

    expect(createUntypedClient({ url: '/demo/' }).url).toBe('/demo')
    expect(() => createUntypedClient({ url: '' })).toThrow('is not a valid address')
  })
})
