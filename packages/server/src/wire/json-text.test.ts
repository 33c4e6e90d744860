import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMembers } from './json-text.ts'

test('keeps the order, numbers and escapes of members', () => {
  const text =
    '{"payload":{"z":1,"10":2,"9":12345678901234567890,"a":"\\u00e9\\ud800"},"metadata":{"n":1.0e2}}'

  expect([...readMembers(text)]).toEqual([
    ['payload', '{"z":1,"10":2,"9":12345678901234567890,"a":"\\u00e9\\ud800"}'],
    ['metadata', '{"n":1.0e2}'],
  ])
})

test('removes white space between tokens, and keeps it in strings', () => {
  const text = ' {\n  "a" : [ 1 , "x \\" , }\\\\" ] ,\r\n\t"b" : "two  words"\n}\n'

  expect([...readMembers(text)]).toEqual([
    ['a', '[1,"x \\" , }\\\\"]'],
    ['b', '"two  words"'],
  ])
})

test('the last of duplicate keys applies, even if one is written with escapes', () => {
  expect([...readMembers('{"payload":1,"pay\\u006coad":2}')]).toEqual([['payload', '2']])
})

test('an empty object has no members', () => {
  expect([...readMembers(' { } ')]).toEqual([])
})

test('property: each member parses to the same value as in the whole object', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
      const text = JSON.stringify(object, null, indent)

      const members = [...readMembers(text)].map(([key, value]) => [key, JSON.parse(value)] as const)

      expect(Object.fromEntries(members)).toEqual(JSON.parse(text))
    }),
  )
})
