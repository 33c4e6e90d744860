import { expect, test, vi } from 'vitest'
import { ChatError, isChatError } from './chat-error.ts'

test('is an Error with a name, and keeps what is known of the failure', () => {
  const cause = new TypeError('fetch failed')

  const error = new ChatError('RateLimited', 'Unable to create message; too many.', {
    status: 429,
    id: 'err_1',
    retryAfterMs: 5_000,
    cause,
  })

  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ type: 'RateLimited', status: 429, id: 'err_1', retryAfterMs: 5_000, cause })
  expect(String(error)).toBe('ChatError: Unable to create message; too many.')
})

test('is recognised across two copies of this package', async () => {
  vi.resetModules()
  const copy = await import('./chat-error.ts')
  const foreign = new copy.ChatError('Forbidden', 'Unable to get user; no.')

  expect(foreign).not.toBeInstanceOf(ChatError)
  expect(isChatError(foreign)).toBe(true)
  expect(ChatError.isChatError(foreign)).toBe(true)
})

test.each([undefined, null, 'ChatError', {}, new Error('no'), { name: 'ChatError', type: 'Forbidden' }])(
  '%s is none',
  (value) => {
    expect(isChatError(value)).toBe(false)
  },
)

test('its brand stands in no log', () => {
  expect(Object.keys(new ChatError('Forbidden', 'no'))).toEqual([
    'name',
    'type',
    'status',
    'id',
    'retryAfterMs',
  ])
  expect(JSON.stringify(new ChatError('Forbidden', 'no'))).not.toContain('parley')
})
