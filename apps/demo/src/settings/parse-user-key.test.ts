import { expect, test } from 'vitest'
import { parseUserKey } from './parse-user-key.ts'

test('reads the user id from a key', () => {
  expect(parseUserKey(` ${createKey({ id: 'Ädä' })} `)).toEqual({ userId: 'Ädä' })
})

test.each([
  ['password', /three parts/],
  ['a.b.c', /three parts/],
  [createKey({ sub: 'ada' }), /has no user id/],
  [createKey({ id: 'ada', exp: 1_000 }), /for "ada" has expired/],
])('rejects %s', (key, problem) => {
  expect(parseUserKey(key, 2_000_000).problem).toMatch(problem)
})

function createKey(claims: object): string {
  const encode = (part: object): string =>
    btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(part))))
  return `${encode({ alg: 'HS256' })}.${encode(claims)}.c2lnbmF0dXJl`
}
