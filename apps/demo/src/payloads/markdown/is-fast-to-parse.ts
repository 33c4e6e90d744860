import { getOpenFence } from './get-open-fence.ts'

/** Limits of one block outside of code. Parsing time grows quadratically with the number of lines and of delimiters. */
const maxCharacters = 40_000
const maxLines = 1_000
const maxDelimiters = 4_000
/** Code has no inner syntax, so only its length matters. */
const maxCodeCharacters = 200_000

/** Whether a block of Markdown can be parsed without a noticeable delay. */
export function isFastToParse(block: string): boolean {
  const text = removeLeadingCode(block)
  if (block.length - text.length > maxCodeCharacters || text.length > maxCharacters) return false
  return count(text, /\n/g) < maxLines && count(text, /[*_~[\]]/g) <= maxDelimiters && !deepNesting.test(text)
}

/**
 * Removes the fenced code at the start of a block. Only code that begins the block counts: after other elements,
 * such as raw HTML, a line that looks like a fence may not be one.
 */
function removeLeadingCode(block: string): string {
  let start = 0
  let fence: string | undefined
  for (let lineStart = 0; lineStart < block.length;) {
    const lineEnd = block.indexOf('\n', lineStart)
    const next = lineEnd < 0 ? block.length : lineEnd + 1
    const line = block.slice(lineStart, lineEnd < 0 ? undefined : lineEnd)
    const before = fence
    fence = getOpenFence(line, before)
    if (before === undefined && fence === undefined && line.trim() !== '') return block.slice(start)
    if (fence === undefined) start = next
    lineStart = next
  }
  return fence === undefined ? block.slice(start) : ''
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

const deepNesting = /^ {0,3}(?:(?:>|[-*+] |\d{1,9}[.)] ) {0,3}){25}/m
