import { getOpenFence } from './get-open-fence.ts'
import { isFastToParse } from './is-fast-to-parse.ts'

/**
 * Splits Markdown into blocks that render the same separately as together, so that only the last one is parsed again
 * while a message is streaming.
 *
 * A block ends before an unindented line that follows an empty one and cannot continue the block before: no list item,
 * quotation or table. Text with syntax that spans blocks (link references, footnotes, comments, raw HTML) is not
 * split.
 */
export function splitBlocks(markdown: string): string[] {
  if (crossBlockSyntax.test(markdown)) return [markdown]
  const blocks: string[] = []
  let lines: string[] = []
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    const isAfterGap = lines.at(-1)?.trim() === ''
    if (fence === undefined && isAfterGap && startsNewBlock.test(line)) {
      blocks.push(lines.join('\n'))
      lines = []
    }
    lines.push(line)
    fence = getOpenFence(line, fence)
  }
  blocks.push(lines.join('\n'))
  return blocks
}

const crossBlockSyntax = /^ {0,3}\[[^\]\n]+\]:|<(!|\?|script|pre|style|textarea)|\r/im
/** An unindented line that starts neither a list item nor a quotation, a table or raw HTML. */
const startsNewBlock = /^(?![-+*>|<\s]|\d{1,9}[.)])./

/** A part of a message, parsed as Markdown or shown as plain text. */
export interface MarkdownPart {
  readonly text: string
  readonly isParsed: boolean
  /** The number of characters of the message up to the end of this part. */
  readonly end: number
}

/** Limits of one message. The rest of a longer message stays plain text. */
const maxParsedCharacters = 100_000
const maxParsedBlocks = 400

/** Splits Markdown into blocks. Blocks that would take too long to parse stay plain text. */
export function toMarkdownParts(markdown: string): MarkdownPart[] {
  const blocks = splitBlocks(markdown)
  const parts: MarkdownPart[] = []
  let characters = 0
  for (const [index, block] of blocks.entries()) {
    characters += block.length
    if (index > 0 && (characters > maxParsedCharacters || index >= maxParsedBlocks)) {
      return [...parts, { text: blocks.slice(index).join('\n'), isParsed: false, end: markdown.length }]
    }
    parts.push({ text: block, isParsed: isFastToParse(block), end: characters })
  }
  return parts
}
