import { expect, test } from 'vitest'
import { safeLink, safeMedia } from './safe-url.ts'

const base = 'https://chat.example/'

test.each([
  ['https://parley.example/a?b#c', 'https://parley.example/a?b#c'],
  ['/media/notes.txt', 'https://chat.example/media/notes.txt'],
  ['./notes.txt', 'https://chat.example/notes.txt'],
  ['mailto:someone@parley.example', 'mailto:someone@parley.example'],
  ['tel:+3512100000', 'tel:+3512100000'],
])('%s is a link', (value, href) => {
  expect(safeLink(value, base)).toBe(href)
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
])('%j never becomes a link', (value) => {
  expect(safeLink(value, base)).toBeUndefined()
})

test('pictures may be written into the address itself, pages may not', () => {
  expect(safeMedia('data:image/png;base64,AAAA', base)).toBe('data:image/png;base64,AAAA')
  expect(safeMedia('data:text/html,<b>', base)).toBeUndefined()
  expect(safeMedia('javascript:alert(1)', base)).toBeUndefined()
  expect(safeMedia('picture', base)).toBeUndefined()
  expect(safeMedia('/media/harbour.svg', base)).toBe('https://chat.example/media/harbour.svg')
})
