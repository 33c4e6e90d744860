import stringWidth from 'string-width'

/** What a reader takes for one character, and the columns that it has in a terminal. */
export interface Grapheme {
  readonly text: string
  readonly width: number
}

const segmenter = new Intl.Segmenter()

export function splitGraphemes(text: string): Grapheme[] {
  // Most text: an answer that is being written is laid out with every piece of it.
  if (/^[\x20-\x7E]*$/.test(text)) return Array.from(text, (character) => ({ text: character, width: 1 }))
  return Array.from(segmenter.segment(text), ({ segment }) => ({
    text: segment,
    width: stringWidth(segment),
  }))
}

/** At most `width` columns of a line; what is left out is an ellipsis. */
export function truncate(line: string, width: number): string {
  const graphemes = splitGraphemes(line)
  let used = 0
  let cut = 0
  for (const [index, grapheme] of graphemes.entries()) {
    used += grapheme.width
    if (used <= width - 1) cut = index + 1
    if (used > width) {
      const kept = graphemes.slice(0, cut).map(({ text }) => text)
      return `${kept.join('')}…`
    }
  }
  return line
}
