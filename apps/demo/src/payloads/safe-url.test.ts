import { expect, test } from 'vitest'
import { toSafeLink, toSafeMediaUrl } from './safe-url.ts'

const base = 'https://chat.example/'

test.each([
  ['https://parley.example/a?b#c', 'https://parley.example/a?b#c'],
  ['/media/notes.txt', 'https://chat.example/media/notes.txt'],
  ['./notes.txt', 'https://chat.example/notes.txt'],
  ['mailto:someone@parley.example', 'mailto:someone@parley.example'],
  ['tel:+3512100000', 'tel:+3512100000'],
])('accepts the link %s', (value, href) => {
  expect(toSafeLink(value, base)).toBe(href)
})

test.each([
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/hosts',
  'blob:https://chat.example/1',
  'https://',
  'no address at all',
  '',
  `https://parley.example/${'w'.repeat(10_000)}`,
])('rejects %j as a link', (value) => {
  expect(toSafeLink(value, base)).toBeUndefined()
})

test('accepts images as data URLs, but not pages', () => {
  expect(toSafeMediaUrl('data:image/png;base64,AAAA', base)).toBe('data:image/png;base64,AAAA')
  expect(toSafeMediaUrl('data:text/html,<b>', base)).toBeUndefined()
  expect(toSafeMediaUrl('javascript:alert(1)', base)).toBeUndefined()
  expect(toSafeMediaUrl('picture', base)).toBeUndefined()
  expect(toSafeMediaUrl('/media/harbour.svg', base)).toBe('https://chat.example/media/harbour.svg')
})
