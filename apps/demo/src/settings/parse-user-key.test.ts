import { expect, test } from 'vitest'
import { parseUserKey } from './parse-user-key.ts'

test('a key says whose it is', () => {
  expect(parseUserKey(` ${keyOf({ id: 'Ädä' })} `)).toEqual({ userId: 'Ädä' })
})

test.each([
  ['password', /three parts/],
  ['a.b.c', /three parts/],
  [keyOf({ sub: 'ada' }), /names no user/],
  [keyOf({ id: 'ada', exp: 1_000 }), /of ada has expired/],
])('%s is no key that could do', (key, problem) => {
  expect(parseUserKey(key, 2_000_000).problem).toMatch(problem)
})

function keyOf(claims: object): string {
  const encode = (part: object): string =>
    btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(part))))
  return `${encode({ alg: 'HS256' })}.${encode(claims)}.c2lnbmF0dXJl`
}
