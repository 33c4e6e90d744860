import { fenceAfter } from './fence-after.ts'

/** Longer paragraphs are shown as received, as each delta scans the whole paragraph again. */
const maxBlockCharacters = 10_000

/**
 * Completes markdown that is still being written, so that what is half there does not flash up as something else:
 * opened emphasis and code are closed, half a link is its words, and marks that are nothing yet are left out.
 */
export function completeMarkdown(markdown: string): string {
  let fence: string | undefined
  let blockStart = 0
  let position = 0
  for (const line of markdown.split('\n')) {
    fence = fenceAfter(line, fence)
    position += line.length + 1
    if (line.trim() === '') blockStart = position
  }
  if (fence !== undefined) return markdown
  const start = Math.min(blockStart, markdown.length)
  if (markdown.length - start > maxBlockCharacters) return markdown
  return markdown.slice(0, start) + completeBlock(markdown.slice(start))
}

function completeBlock(block: string): string {
  return closeMarks(
    block
      // A last line of marks alone: it would turn the paragraph above into a heading, or open half a fence.
      .replace(/(^|\n) {0,3}(-+|=+|`{1,2}|~{1,2}|#{1,6}|[*+])$/, '$1')
      .replace(/(\s)(\*{1,3}|~{1,2}|`+)$/, '$1')
      // Bounded, so that no text makes the search slow.
      .replace(/!\[[^\]\n]{0,500}(\]|\]\([^)\n]{0,2000})?$/, '')
      .replace(/\[([^\]\n]{0,500})\]\([^)\n]{0,2000}$/, '$1')
      .replace(/\[([^\]\n]{2,500})$/, '$1'),
  )
}

const marks = /\\.|`+|\*{1,3}|~~/g

/** Closes what is open at the end, the innermost first. */
function closeMarks(block: string): string {
  const open: string[] = []
  for (const { 0: mark, index } of block.matchAll(marks)) {
    if (mark.startsWith('\\')) continue
    const isCode = open.at(-1)?.startsWith('`') ?? false
    if (isCode) {
      if (mark === open.at(-1)) open.pop()
    } else if (open.includes(mark)) {
      open.splice(open.lastIndexOf(mark), 1)
    } else if (/\S/.test(block.charAt(index + mark.length)) && !isListMark(block, index)) {
      open.push(mark)
    }
  }
  const text = open.length > 0 ? block.trimEnd() : block
  return text + open.reverse().join('')
}

function isListMark(block: string, index: number): boolean {
  return /(^|\n)\s*$/.test(block.slice(Math.max(0, index - 12), index)) && block.charAt(index + 1) === ' '
}
