import { expect, test } from 'vitest'
import { getInitials, isolateBidi, formatNames, getDisplayName } from './person.ts'

test.each([
  ['Ada', 'Ada', 'A'],
  [' Grace Brewster Hopper ', 'Grace Brewster Hopper', 'GH'],
  ['', 'Guest 0f3a', 'G0'],
  [undefined, 'Guest 0f3a', 'G0'],
  ['🦜', '🦜', '?'],
  ['𝒜da', '𝒜da', '𝒜'],
])('shows the name %j as %j, with the initials %j', (name, displayName, initials) => {
  const person = { id: 'user-0f3a', ...(name !== undefined && { name }) }

  expect(getDisplayName(person)).toBe(displayName)
  expect(getInitials(person)).toBe(initials)
})

test('removes characters that reorder the text around a name', () => {
  expect(getDisplayName({ id: 'user_1', name: '\u202Eevil\u202C \u2067x\u2069' })).toBe('evil x')
  expect(getDisplayName({ id: 'user_1234', name: '\u200F' })).toBe('Guest 1234')
})

test('isolates a right-to-left name that is inserted into a string', () => {
  expect(isolateBidi('Ada')).toBe('Ada')
  expect(isolateBidi('שלום')).toBe('\u2068שלום\u2069')
  expect(formatNames(['Ada', 'שלום'], 'en')).toBe('Ada, \u2068שלום\u2069')
})
