import { expect, test } from 'vitest'
import { initialsOf, isolate, listNames, nameOf } from './person.ts'

test.each([
  ['Ada', 'Ada', 'A'],
  [' Grace Brewster Hopper ', 'Grace Brewster Hopper', 'GH'],
  ['', 'Visitor 0f3a', 'V0'],
  [undefined, 'Visitor 0f3a', 'V0'],
  ['🦜', '🦜', '?'],
  ['𝒜da', '𝒜da', '𝒜'],
])('%j is called %j, in short %j', (name, called, initials) => {
  const person = { id: 'user-0f3a', ...(name !== undefined && { name }) }

  expect(nameOf(person)).toBe(called)
  expect(initialsOf(person)).toBe(initials)
})

test('characters that reorder the text around a name are removed', () => {
  expect(nameOf({ id: 'user_1', name: '\u202Eevil\u202C \u2067x\u2069' })).toBe('evil x')
  expect(nameOf({ id: 'user_1234', name: '\u200F' })).toBe('Visitor 1234')
})

test('a right-to-left name is isolated when it is inserted into a string', () => {
  expect(isolate('Ada')).toBe('Ada')
  expect(isolate('שלום')).toBe('\u2068שלום\u2069')
  expect(listNames(['Ada', 'שלום'], 'en')).toBe('Ada, \u2068שלום\u2069')
})
