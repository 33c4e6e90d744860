import { fenceAfter } from './fence-after.ts'

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
