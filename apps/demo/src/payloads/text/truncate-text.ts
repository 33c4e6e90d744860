/** Longer texts are truncated, so that one message does not fill the log. */
const maxCharacters = 6_000
const maxLines = 80
const truncatedCharacters = 1_800
const truncatedLines = 30

/** Returns the start of a long text, truncated between two words if possible. Undefined if the text is short enough. */
export function truncateText(text: string): string | undefined {
  if (text.length <= maxCharacters && findLineEnd(text, maxLines) === undefined) return undefined
  const end = Math.min(truncatedCharacters, findLineEnd(text, truncatedLines) ?? truncatedCharacters)
  const start = text.slice(0, end)
  const gap = /\s/.test(text.charAt(end)) ? end : start.search(/\s\S*$/)
  if (gap > end / 2) return start.slice(0, gap).trimEnd()
  // Remove half of a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(start) ? start.slice(0, -1) : start
}

/** Returns the index of the end of a line. Undefined if there are no further lines. */
function findLineEnd(text: string, line: number): number | undefined {
  let end = -1
  for (let count = 0; count < line; count++) {
    end = text.indexOf('\n', end + 1)
    if (end < 0) return undefined
  }
  return end
}
