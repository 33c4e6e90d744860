import { fenceAfter } from './fence-after.ts'
import { isReadable } from './is-readable.ts'

/**
 * Takes markdown apart into pieces that mean the same alone as together, so that only the last one is read again while
 * a message is being written.
 *
 * A piece ends before a line that stands at the margin after an empty one and starts nothing that may belong to what
 * was before: no list item, no quotation, no table. What refers across the text (link references, footnotes) or spans
 * empty lines (comments, raw blocks) keeps it whole.
 */
export function splitBlocks(markdown: string): string[] {
  if (reachesFar.test(markdown)) return [markdown]
  const blocks: string[] = []
  let lines: string[] = []
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    const isAfterGap = lines.at(-1)?.trim() === ''
    if (fence === undefined && isAfterGap && startsAnew.test(line)) {
      blocks.push(lines.join('\n'))
      lines = []
    }
    lines.push(line)
    fence = fenceAfter(line, fence)
  }
  blocks.push(lines.join('\n'))
  return blocks
}

const reachesFar = /^ {0,3}\[[^\]\n]+\]:|<(!|\?|script|pre|style|textarea)|\r/im
/** At the margin, and neither a list item nor a quotation nor anything raw. */
const startsAnew = /^(?![-+*>|<\s]|\d{1,9}[.)])./

/** A part of a message, parsed as Markdown or shown as plain text. */
export interface MarkdownPart {
  readonly text: string
  readonly isParsed: boolean
  /** The number of characters of the message up to the end of this part. */
  readonly end: number
}

/** Limits of one message. Longer answers are rare, and their beginning is still formatted. */
const maxParsedCharacters = 100_000
const maxParsedBlocks = 400

/** Splits Markdown into blocks. Blocks that would take too long to parse stay plain text. */
export function planMarkdown(markdown: string): MarkdownPart[] {
  const blocks = splitBlocks(markdown)
  const parts: MarkdownPart[] = []
  let characters = 0
  for (const [index, block] of blocks.entries()) {
    characters += block.length
    if (index > 0 && (characters > maxParsedCharacters || index >= maxParsedBlocks)) {
      return [...parts, { text: blocks.slice(index).join('\n'), isParsed: false, end: markdown.length }]
    }
    parts.push({ text: block, isParsed: isReadable(block), end: characters })
  }
  return parts
}
