import type { User } from '@parley/core'

/** Somebody who may say something: a user, or the bot. */
export type Person = Pick<User, 'id' | 'name' | 'pictureUrl'>

/**
 * The display name of a person; visitors without a name show the end of their id. Characters that change the direction
 * of the surrounding text are removed.
 */
export function nameOf({ id, name }: Pick<Person, 'id' | 'name'>): string {
  return name?.replace(directionMarks, '').trim() || `Visitor ${id.slice(-4)}`
}

const directionMarks = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** A name to insert into a string, such as a label or a title. Markup uses `<bdi>` instead. */
export function isolate(name: string): string {
  return rightToLeft.test(name) ? `\u2068${name}\u2069` : name
}

const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/** The letters that stand for somebody without a picture: of their first and last name. */
export function initialsOf(person: Pick<Person, 'id' | 'name'>): string {
  const words = nameOf(person).match(/[\p{L}\p{N}]+/gu) ?? ['?']
  const [first = '?'] = words
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return (firstOf(first) + firstOf(last)).toLocaleUpperCase()
}

/** Names in one line, as a language joins them. */
export function listNames(names: readonly string[], locale?: string): string {
  return new Intl.ListFormat(locale, { style: 'short', type: 'unit' }).format(names.map(isolate))
}

function firstOf(word: string): string {
  return Array.from(word)[0] ?? ''
}
