import { expect, test } from 'vitest'
import { findLinks } from './find-links.ts'

test.each([
  ['See https://parley.example/a?b=c#d.', 'https://parley.example/a?b=c#d'],
  ['(https://parley.example)', 'https://parley.example'],
  ['https://en.wikipedia.org/wiki/Parley_(word)!', 'https://en.wikipedia.org/wiki/Parley_(word)'],
  ['“http://localhost:3000/demo”, she said', 'http://localhost:3000/demo'],
  ['www.parley.example, for one', 'https://www.parley.example'],
  ['write to polly@parley.example.', 'mailto:polly@parley.example'],
])('finds the link in %s', (text, href) => {
  expect(findLinks(text).flatMap((part) => part.href ?? [])).toEqual([href])
})

test.each(['javascript:alert(1)', 'xhttps://parley.example', 'a@b', '3.14', 'www.', 'https://'])(
  'finds no link in %s',
  (text) => {
    expect(findLinks(text).filter((part) => part.href !== undefined)).toEqual([])
  },
)

test.each(['(see https://a.b/(c).), or www.x.y!\n🦜 me@a.b', 'https://a.bhttps://c.d ..', '))www.x.y))'])(
  'keeps all text of %j',
  (text) => {
    expect(
      findLinks(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
  },
)

test('unmatched closing brackets are not part of a link', () => {
  expect(findLinks(`https://a.b/(c)${')'.repeat(1_900)}`)[0]?.href).toBe('https://a.b/(c)')
})
