import { splitGraphemes, type Grapheme } from './split-graphemes.ts'

/**
 * Breaks text into rows of at most `width` columns: at spaces and beside wide characters where it can, within a word where it
 * must. It counts what a terminal shows: a wide character takes two columns, a combining one none.
 *
 * @param options.first - So many columns of the first row are taken already.
 */
export function wrapText(text: string, { width, first = 0 }: { width: number; first?: number }): string[] {
  const rows: string[] = []
  for (const line of text.split('\n')) {
    rows.push(...wrapLine(splitGraphemes(line), width, rows.length === 0 ? first : 0))
  }
  return rows
}

function wrapLine(graphemes: Grapheme[], width: number, taken: number): string[] {
  const rows: string[] = []
  let start = 0
  let used = taken
  /** The row may end before this one. */
  let breakAt: number | undefined = taken > 0 ? 0 : undefined
  const text = (from: number, to: number): string =>
    graphemes
      .slice(from, to)
      .map((grapheme) => grapheme.text)
      .join('')

  for (let at = 0; at < graphemes.length; at++) {
    const grapheme = graphemes[at]
    if (!grapheme) break
    const isSpace = grapheme.text === ' '
    if (at > start && (grapheme.width === 2 || graphemes[at - 1]?.width === 2)) breakAt = at
    // Spaces at the end of a row may stand over its edge: they are not shown.
    if (used + grapheme.width > width && !isSpace && (at > start || breakAt !== undefined)) {
      const end = breakAt ?? at
      rows.push(text(start, end).trimEnd())
      start = end
      breakAt = undefined
      used = widthOf(graphemes.slice(start, at))
    }
    used += grapheme.width
    if (isSpace) breakAt = at + 1
  }
  return [...rows, text(start, graphemes.length).trimEnd()]
}

function widthOf(graphemes: Grapheme[]): number {
  return graphemes.reduce((sum, { width }) => sum + width, 0)
}
