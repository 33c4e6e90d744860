import type { User } from '@parley/core'

/** A sender of messages: a user, or the bot. */
export type Person = Pick<User, 'id' | 'name' | 'pictureUrl'>

/**
 * Returns the display name of a person. For a person without a name it contains the end of their id. Characters that
 * change the direction of the surrounding text are removed.
 */
export function getDisplayName({ id, name }: Pick<Person, 'id' | 'name'>): string {
  return name?.replace(directionMarks, '').trim() || `Guest ${id.slice(-4)}`
}

const directionMarks = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g

/** Isolates a right-to-left name that is inserted into a string, such as a label. Markup uses `<bdi>` instead. */
export function isolateBidi(name: string): string {
  return rightToLeft.test(name) ? `\u2068${name}\u2069` : name
}

const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/** Returns the initials of the first and last name, for a person without a picture. */
export function getInitials(person: Pick<Person, 'id' | 'name'>): string {
  const words = getDisplayName(person).match(/[\p{L}\p{N}]+/gu) ?? ['?']
  const [first = '?'] = words
  const last = words.length > 1 ? (words.at(-1) ?? '') : ''
  return (getFirstCharacter(first) + getFirstCharacter(last)).toLocaleUpperCase()
}

/** Joins names in one line, in the format of the locale. */
export function formatNames(names: readonly string[], locale?: string): string {
  return new Intl.ListFormat(locale, { style: 'short', type: 'unit' }).format(names.map(isolateBidi))
}

function getFirstCharacter(word: string): string {
  return Array.from(word)[0] ?? ''
}
