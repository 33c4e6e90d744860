import { isObject } from '../http/read-answer.ts'
import { stripMarkdown } from './strip-markdown.ts'

/**
 * The plain text of a message's payload, for previews, notifications, screen readers and terminals.
 *
 * Strips Markdown syntax; includes the options of a choice or dropdown and the buttons of a card; a file is its title
 * or the file name in its URL. Accepts any value, never throws, and never returns an empty text: an unknown payload is
 * its type, as `[poll]`. Takes linear time in the size of the payload.
 */
export function textOf(payload: unknown): string {
  return read(isObject(payload) ? payload : {}, true)
}

function read(payload: Record<string, unknown>, isOuter: boolean): string {
  const type = isText(payload['type']) ? payload['type'] : 'unknown'
  const { title, text, markdown, address, latitude, longitude, items } = payload
  const file = payload[`${type}Url`]
  const position = [latitude, longitude].filter(Number.isFinite).join(', ')
  const labels = (list: unknown): string =>
    joined(
      ', ',
      objects(list).map(({ label }) => label),
    )
  const words = [
    isText(title) || !isText(file) ? title : nameIn(file),
    payload['subtitle'],
    text,
    isText(markdown) && stripMarkdown(markdown),
    address,
    !isText(title) && !isText(address) && position,
    labels(payload['options']),
    labels(payload['actions']),
    // Untrusted data may be nested without limit.
    ...(isOuter ? objects(items) : []).map((item) => read(item, false)),
  ]
  return joined('\n', words) || `[${type}]`
}

/** The file name in a URL, empty if there is none. */
function nameIn(url: string): string {
  const name = url.startsWith('data:') ? '' : url.replace(/[?#][^]*/, '').replace(/^[^]*\//, '')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function joined(separator: string, parts: unknown[]): string {
  return parts.filter(isText).join(separator)
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
