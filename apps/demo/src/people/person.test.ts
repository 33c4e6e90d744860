import { expect, test } from 'vitest'
import { initialsOf, nameOf } from './person.ts'

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
