/**
 * Splits Markdown into blocks that render the same separately as together, so that only the last one is parsed again
 * while a message is streaming.
 *
 * A block ends before an unindented line that follows an empty one and cannot continue the block before: no list item,
 * quotation or table. Text with syntax that spans blocks (link references, footnotes, comments, raw HTML) is not
 * split.
 *
 * Not `streamdown`, whose splitter needs a second Markdown parser: it has three times the size of this whole renderer.
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
interface MarkdownPart {
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

/** Returns the fence that is open after a line, given the one that is open before. */
export function getOpenFence(line: string, fence: string | undefined): string | undefined {
  const [, delimiter, rest] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? []
  if (delimiter === undefined || rest === undefined) return fence
  if (fence === undefined) return delimiter.startsWith('`') && rest.includes('`') ? undefined : delimiter
  const isEnd = delimiter.startsWith(fence) && rest.trim() === ''
  return isEnd ? undefined : fence
}
