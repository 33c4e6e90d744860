import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readMembers } from './json-text.ts'

test('members come as they were written: order, numbers and escapes', () => {
  const text =
    '{"payload":{"z":1,"10":2,"9":12345678901234567890,"a":"\\u00e9\\ud800"},"metadata":{"n":1.0e2}}'

  expect([...readMembers(text)]).toEqual([
    ['payload', '{"z":1,"10":2,"9":12345678901234567890,"a":"\\u00e9\\ud800"}'],
    ['metadata', '{"n":1.0e2}'],
  ])
})

test('white space between tokens goes, inside of strings it stays', () => {
  const text = ' {\n  "a" : [ 1 , "x \\" , }\\\\" ] ,\r\n\t"b" : "two  words"\n}\n'

  expect([...readMembers(text)]).toEqual([
    ['a', '[1,"x \\" , }\\\\"]'],
    ['b', '"two  words"'],
  ])
})

test('of a key that stands twice the last counts, also where it is written with escapes', () => {
  expect([...readMembers('{"payload":1,"pay\\u006coad":2}')]).toEqual([['payload', '2']])
})

test('an empty object has no members', () => {
  expect([...readMembers(' { } ')]).toEqual([])
})

test('whatever the JSON, each member parses to what the whole parses to', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
      const text = JSON.stringify(object, null, indent)

      const members = [...readMembers(text)].map(([key, value]) => [key, JSON.parse(value)] as const)

      expect(Object.fromEntries(members)).toEqual(JSON.parse(text))
    }),
  )
})
