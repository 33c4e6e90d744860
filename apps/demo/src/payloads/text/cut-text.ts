/** Longer texts are cut, so that one message never buries the rest. */
const mostCharacters = 6_000
const mostLines = 80
const shownCharacters = 1_800
const shownLines = 30

/** The beginning of a very long text, cut between two words where there are some; undefined where all of it can be shown. */
export function cutText(text: string): string | undefined {
  if (text.length <= mostCharacters && lineEnd(text, mostLines) === undefined) return undefined
  const end = Math.min(shownCharacters, lineEnd(text, shownLines) ?? shownCharacters)
  const start = text.slice(0, end)
  const gap = /\s/.test(text.charAt(end)) ? end : start.search(/\s\S*$/)
  if (gap > end / 2) return start.slice(0, gap).trimEnd()
  // Half of a character is none.
  return /[\uD800-\uDBFF]$/.test(start) ? start.slice(0, -1) : start
}

/** Where the given line ends; undefined where there are no more lines than that. */
function lineEnd(text: string, line: number): number | undefined {
  let end = -1
  for (let count = 0; count < line; count++) {
    end = text.indexOf('\n', end + 1)
    if (end < 0) return undefined
  }
  return end
}
