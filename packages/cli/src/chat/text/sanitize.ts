import { stripVTControlCharacters } from 'node:util'

/** Bidirectional controls reorder the text around them, which can disguise it. */
const bidiControls = /[\u202A-\u202E\u2066-\u2069]/g
// eslint-disable-next-line no-control-regex -- The pattern matches control characters.
const controls = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g

/** Makes untrusted text safe for a terminal: removes escape sequences and control characters, keeps line breaks. */
export function sanitize(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', '  ')
    .replaceAll(controls, '')
    .replaceAll(bidiControls, '')
    .toWellFormed()
}

/** Like `sanitize`, but replaces all whitespace, including line breaks, with single spaces. */
export function sanitizeLine(text: string): string {
  return sanitize(text).replaceAll(/\s+/g, ' ').trim()
}

/** Formats a value as one line of JSON. Escapes control characters, and separators that some line readers break at. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007F-\u009F\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
