import stringWidth from 'string-width'

/**
 * Breaks text into rows of at most `width` columns. Breaks at spaces and next to wide characters if possible, otherwise
 * within a word. Measures terminal columns: wide characters occupy two, combining characters none.
 *
 * Not wrap-ansi, which breaks only at spaces: Chinese and Japanese text would leave gaps.
 *
 * @param options.firstRowUsed - The number of columns that are already used in the first row. Default: 0.
 */
export function wrapText(
  text: string,
  { width, firstRowUsed = 0 }: { width: number; firstRowUsed?: number },
): string[] {
  const rows: string[] = []
  for (const line of text.split('\n')) {
    rows.push(...wrapLine(splitGraphemes(line), width, rows.length === 0 ? firstRowUsed : 0))
  }
  return rows
}

function wrapLine(graphemes: Grapheme[], width: number, usedColumns: number): string[] {
  const rows: string[] = []
  let start = 0
  let used = usedColumns
  /** The index of the grapheme before which the row may break. */
  let breakAt: number | undefined = usedColumns > 0 ? 0 : undefined
  const joinText = (from: number, to: number): string =>
    graphemes
      .slice(from, to)
      .map((grapheme) => grapheme.text)
      .join('')

  for (let index = 0; index < graphemes.length; index++) {
    const grapheme = graphemes[index]
    if (!grapheme) break
    const isSpace = grapheme.text === ' '
    if (index > start && (grapheme.width === 2 || graphemes[index - 1]?.width === 2)) breakAt = index
    // Trailing spaces may exceed the width, because they are trimmed.
    if (used + grapheme.width > width && !isSpace && (index > start || breakAt !== undefined)) {
      const end = breakAt ?? index
      rows.push(joinText(start, end).trimEnd())
      start = end
      breakAt = undefined
      used = getWidth(graphemes.slice(start, index))
    }
    used += grapheme.width
    if (isSpace) breakAt = index + 1
  }
  return [...rows, joinText(start, graphemes.length).trimEnd()]
}

function getWidth(graphemes: Grapheme[]): number {
  return graphemes.reduce((sum, { width }) => sum + width, 0)
}

/** A user-perceived character, and the number of terminal columns it occupies. */
export interface Grapheme {
  readonly text: string
  readonly width: number
}

const segmenter = new Intl.Segmenter()

export function splitGraphemes(text: string): Grapheme[] {
  // Fast path: a streaming message is laid out again with every delta.
  if (/^[\x20-\x7E]*$/.test(text)) return Array.from(text, (character) => ({ text: character, width: 1 }))
  return Array.from(segmenter.segment(text), ({ segment }) => ({
    text: segment,
    width: stringWidth(segment),
  }))
}

/** Truncates a line to at most `width` columns, with an ellipsis at the end. */
export function truncate(line: string, width: number): string {
  const graphemes = splitGraphemes(line)
  let used = 0
  let visibleCount = 0
  for (const [index, grapheme] of graphemes.entries()) {
    used += grapheme.width
    if (used <= width - 1) visibleCount = index + 1
    if (used > width) {
      const visible = graphemes.slice(0, visibleCount).map(({ text }) => text)
      return `${visible.join('')}…`
    }
  }
  return line
}
