import { isObject } from '../contract/is-object.ts'
import { stripMarkdown } from './strip-markdown.ts'

/**
 * The plain text of a message's payload, for previews, notifications, screen readers and terminals.
 *
 * Strips Markdown syntax; includes the options of a choice or dropdown and the buttons of a card; represents a file
 * by its title or the file name in its URL. Accepts any value, never throws, and never returns an empty string: the
 * text of an unknown payload is its type, such as `[poll]`. Takes linear time in the size of the payload.
 */
export function textOf(payload: unknown): string {
  return toText(isObject(payload) ? payload : {}, true)
}

function toText(payload: Record<string, unknown>, isOuter: boolean): string {
  const type = isText(payload['type']) ? payload['type'] : 'unknown'
  const { title, text, markdown, address, latitude, longitude, items } = payload
  const file = payload[`${type}Url`]
  const position = [latitude, longitude].filter(Number.isFinite).join(', ')
  const labelsOf = (list: unknown): string =>
    joinText(
      ', ',
      objectsIn(list).map(({ label }) => label),
    )
  const lines = [
    isText(title) || !isText(file) ? title : fileName(file),
    payload['subtitle'],
    text,
    isText(markdown) && stripMarkdown(markdown),
    address,
    !isText(title) && !isText(address) && position,
    labelsOf(payload['options']),
    labelsOf(payload['actions']),
    // Untrusted data can be nested to any depth.
    ...(isOuter ? objectsIn(items) : []).map((item) => toText(item, false)),
  ]
  return joinText('\n', lines) || `[${type}]`
}

/** Returns the file name in a URL, or an empty string. */
function fileName(url: string): string {
  const name = url.startsWith('data:') ? '' : url.replace(/[?#][^]*/, '').replace(/^[^]*\//, '')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function joinText(separator: string, parts: unknown[]): string {
  return parts.filter(isText).join(separator)
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
