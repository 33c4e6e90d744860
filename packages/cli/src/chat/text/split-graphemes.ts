import stringWidth from 'string-width'

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
