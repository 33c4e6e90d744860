import { afterEach, expect, test, vi } from 'vitest'
import { withLock } from './with-lock.ts'

const storage = { getItem: () => null, setItem() {}, removeItem() {} }
const denied = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }

afterEach(() => vi.unstubAllGlobals())

test.each([
  ['there are no Web Locks', {}],
  ['Web Locks are not allowed', { locks: denied }],
])('work with the same lock runs one at a time if %s', async (_, navigator) => {
  vi.stubGlobal('navigator', navigator)
  const log: string[] = []
  const first = Promise.withResolvers<void>()

  const results = [
    withLock(storage, 'name', async () => {
      log.push('first')
      await first.promise
      log.push('first ends')
      throw new Error('first failed')
    }),
    withLock(storage, 'name', async () => log.push('second')),
    withLock(storage, 'other', async () => log.push('other')),
  ]
  await results[2]
  first.resolve()

  await expect(results[0]).rejects.toThrow('first failed')
  await results[1]
  expect(log.slice(0, 2).toSorted()).toEqual(['first', 'other'])
  expect(log.slice(2)).toEqual(['first ends', 'second'])
})
