import { findStringEnd } from './json-text.ts'

const quote = 0x22
const openings = new Set([0x5b, 0x7b])
const closings = new Set([0x5d, 0x7d])

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
