import { stripVTControlCharacters } from 'node:util'

/** Reorders what stands around it, so that text can look like something that it is not. */
const bidiControls = /[\u202A-\u202E\u2066-\u2069]/g
// eslint-disable-next-line no-control-regex -- These are what it is for.
const controls = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/g

/** Text that others wrote, made safe for a terminal: nothing in it moves the cursor, colours, or rings; line breaks stay. */
export function sanitize(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll('\t', '  ')
    .replaceAll(controls, '')
    .replaceAll(bidiControls, '')
    .toWellFormed()
}

/** The same on one line. */
export function sanitizeLine(text: string): string {
  return sanitize(text).replaceAll(/\s+/g, ' ').trim()
}

/** JSON on one line of characters that no terminal obeys and no reader of lines breaks at. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007F-\u009F\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
