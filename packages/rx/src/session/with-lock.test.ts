import { afterEach, expect, test, vi } from 'vitest'
import { withLock } from './with-lock.ts'

const storage = { getItem: () => null, setItem() {}, removeItem() {} }
const refusing = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }

afterEach(() => vi.unstubAllGlobals())

test.each([
  ['there are no locks', {}],
  ['locks may not be used', { locks: refusing }],
])('work of one name is done one after the other where %s', async (_, navigator) => {
  vi.stubGlobal('navigator', navigator)
  const log: string[] = []
  const first = Promise.withResolvers<void>()

  const works = [
    withLock(storage, 'name', async () => {
      log.push('first')
      await first.promise
      log.push('first ends')
      throw new Error('first failed')
    }),
    withLock(storage, 'name', async () => log.push('second')),
    withLock(storage, 'other', async () => log.push('other')),
  ]
  await works[2]
  first.resolve()

  await expect(works[0]).rejects.toThrow('first failed')
  await works[1]
  expect(log.slice(0, 2).toSorted()).toEqual(['first', 'other'])
  expect(log.slice(2)).toEqual(['first ends', 'second'])
})
