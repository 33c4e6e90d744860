/** Browsers lay out texts up to this length without a noticeable delay. */
const maxUnsplitCharacters = 20_000
const minPieceCharacters = 5_000

/** Splits a very long text between lines, so that the browser lays out only the visible pieces. */
export function splitText(text: string): string[] {
  if (text.length <= maxUnsplitCharacters) return [text]
  const pieces: string[] = []
  let start = 0
  while (text.length - start > minPieceCharacters) {
    const end = text.indexOf('\n', start + minPieceCharacters)
    if (end < 0) break
    pieces.push(text.slice(start, end))
    start = end + 1
  }
  pieces.push(text.slice(start))
  return pieces
}
