import type { User } from '@parley/core'

/** Somebody who may say something: a user, or the bot. */
export type Person = Pick<User, 'id' | 'name' | 'pictureUrl'>

/** What a person is called. Those who gave no name are told apart by the end of their id. */
export function nameOf({ id, name }: Pick<Person, 'id' | 'name'>): string {
  return name?.trim() || `Visitor ${id.slice(-4)}`
}

/** The letters that stand for somebody without a picture: of their first and last name. */
export function initialsOf(person: Pick<Person, 'id' | 'name'>): string {
  const words = nameOf(person).match(/[\p{L}\p{N}]+/gu) ?? ['?']
  const [first = '?'] = words
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return (firstOf(first) + firstOf(last)).toLocaleUpperCase()
}

/** Names in one line, as a language joins them. */
export function listNames(names: readonly string[], locale?: string): string {
  return new Intl.ListFormat(locale, { style: 'short', type: 'unit' }).format(names)
}

function firstOf(word: string): string {
  return Array.from(word)[0] ?? ''
}
