/**
 * Returns the members of a JSON object as their original text, without white space between tokens.
 *
 * `JSON.parse` and `JSON.stringify` would move keys that look like numbers to the front, and round large numbers. The
 * last of duplicate keys applies, as in `JSON.parse`.
 *
 * @param text - Valid JSON of an object, which `JSON.parse` has accepted.
 */
export function readMembers(text: string): Map<string, string> {
  const members = new Map<string, string>()
  const compact = compactJson(text)
  let at = 1
  while (at < compact.length - 1) {
    const keyEnd = findStringEnd(compact, at)
    const valueEnd = findValueEnd(compact, keyEnd + 1)
    members.set(JSON.parse(compact.slice(at, keyEnd)) as string, compact.slice(keyEnd + 1, valueEnd))
    at = valueEnd + 1
  }
  return members
}

const quote = 0x22
const backslash = 0x5c
const space = 0x20
const openings = new Set([0x5b, 0x7b])
const closings = new Set([0x5d, 0x7d])
const comma = 0x2c

/** Removes white space between tokens. Line breaks would end the `data` line of a server-sent event. */
function compactJson(text: string): string {
  let compact = ''
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = findStringEnd(text, at) - 1
    else if (code <= space) {
      compact += text.slice(start, at)
      start = at + 1
    }
  }
  return start === 0 ? text : compact + text.slice(start)
}

/** @param start - The index of the opening quote. @returns The index after the string; 0 if it is unterminated. */
function findStringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end + 1
}

/** A quote is escaped by an odd number of backslashes before it. */
function isEscaped(text: string, quoteAt: number): boolean {
  let at = quoteAt - 1
  while (text.charCodeAt(at) === backslash) at--
  return (quoteAt - at) % 2 === 0
}

function findValueEnd(text: string, start: number): number {
  let depth = 0
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = findStringEnd(text, at) - 1
    else if (openings.has(code)) depth++
    else if (depth > 0 && closings.has(code)) depth--
    else if (depth === 0 && (code === comma || closings.has(code))) return at
  }
}

/**
 * Whether a JSON text nests arrays and objects more than `maxDepth` levels deep. Call it before parsing: the cost of
 * parsing and validation grows with the depth.
 */
export function isDeeperThan(maxDepth: number, text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = findStringEnd(text, at)
      // An unterminated string: the text is not JSON.
      if (end <= at) return false
      at = end - 1
    } else if (openings.has(code)) {
      if (++depth > maxDepth) return true
    } else if (closings.has(code)) depth--
  }
  return false
}
