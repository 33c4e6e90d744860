import { getOpenFence } from './split-blocks.ts'

/** Longer paragraphs are not completed, as each delta scans the whole paragraph again. */
const maxBlockCharacters = 10_000

/**
 * Completes Markdown that is still streaming, so that incomplete syntax does not flicker: closes emphasis and code,
 * shows an incomplete link as its text, and removes delimiters without content.
 *
 * Not `remend`, which adds 5 kB (gzip), counts delimiters across paragraphs, and shows those without content.
 */
export function completeMarkdown(markdown: string): string {
  let fence: string | undefined
  let blockStart = 0
  let position = 0
  for (const line of markdown.split('\n')) {
    fence = getOpenFence(line, fence)
    position += line.length + 1
    if (line.trim() === '') blockStart = position
  }
  if (fence !== undefined) return markdown
  const start = Math.min(blockStart, markdown.length)
  if (markdown.length - start > maxBlockCharacters) return markdown
  return markdown.slice(0, start) + completeBlock(markdown.slice(start))
}

function completeBlock(block: string): string {
  return closeDelimiters(
    block
      // A last line that consists of delimiters would turn the paragraph above into a heading, or open a fence.
      .replace(/(^|\n) {0,3}(-+|=+|`{1,2}|~{1,2}|#{1,6}|[*+])$/, '$1')
      .replace(/(\s)(\*{1,3}|~{1,2}|`+)$/, '$1')
      // Bounded repetition prevents slow matching.
      .replace(/!\[[^\]\n]{0,500}(\]|\]\([^)\n]{0,2000})?$/, '')
      .replace(/\[([^\]\n]{0,500})\]\([^)\n]{0,2000}$/, '$1')
      .replace(/\[([^\]\n]{2,500})$/, '$1'),
  )
}

const delimiterPattern = /\\.|`+|\*{1,3}|~~/g

/** Closes the delimiters that are open at the end, innermost first. */
function closeDelimiters(block: string): string {
  const open: string[] = []
  for (const { 0: delimiter, index } of block.matchAll(delimiterPattern)) {
    if (delimiter.startsWith('\\')) continue
    const isCode = open.at(-1)?.startsWith('`') ?? false
    if (isCode) {
      if (delimiter === open.at(-1)) open.pop()
    } else if (open.includes(delimiter)) {
      open.splice(open.lastIndexOf(delimiter), 1)
    } else if (/\S/.test(block.charAt(index + delimiter.length)) && !isListMarker(block, index)) {
      open.push(delimiter)
    }
  }
  const text = open.length > 0 ? block.trimEnd() : block
  return text + open.reverse().join('')
}

function isListMarker(block: string, index: number): boolean {
  return /(^|\n)\s*$/.test(block.slice(Math.max(0, index - 12), index)) && block.charAt(index + 1) === ' '
}
