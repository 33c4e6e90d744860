import { expect, test, vi } from 'vitest'
import { ChatError, isChatError, operationError } from './chat-error.ts'

test('is an Error with a name and keeps the details', () => {
  const cause = new TypeError('fetch failed')

  const error = new ChatError('RateLimited', 'Unable to create the message; too many requests.', {
    status: 429,
    id: 'err_1',
    retryAfterMs: 5_000,
    cause,
  })

  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ type: 'RateLimited', status: 429, id: 'err_1', retryAfterMs: 5_000, cause })
  expect(String(error)).toBe('ChatError: Unable to create the message; too many requests.')
})

test('is recognized across two copies of this package', async () => {
  vi.resetModules()
  const copy = await import('./chat-error.ts')
  const foreign = new copy.ChatError('Forbidden', 'Unable to get the user; access denied.')

  expect(foreign).not.toBeInstanceOf(ChatError)
  expect(isChatError(foreign)).toBe(true)
  expect(ChatError.isChatError(foreign)).toBe(true)
})

test.each([undefined, null, 'ChatError', {}, new Error('no'), { name: 'ChatError', type: 'Forbidden' }])(
  '%s is not a ChatError',
  (value) => {
    expect(isChatError(value)).toBe(false)
  },
)

test('its brand does not appear in logs', () => {
  expect(Object.keys(new ChatError('Forbidden', 'no'))).toEqual([
    'name',
    'type',
    'status',
    'id',
    'retryAfterMs',
  ])
  expect(JSON.stringify(new ChatError('Forbidden', 'no'))).not.toContain('parley')
})

test('the message of a failed operation begins with what failed', () => {
  expect(operationError('createMessage', 'Internal', 'the disk is full.').message).toBe(
    'Unable to create the message; the disk is full.',
  )
})

test('a server message that already names the operation is not prefixed again', () => {
  const message = 'Unable to create the message; "text" must not be empty.'

  expect(operationError('createMessage', 'InvalidPayload', message).message).toBe(message)
})
