/** What a browser lays out without a hitch. */
const mostCharacters = 20_000
const pieceCharacters = 5_000

/** Takes a very long text apart between its lines, so that a browser lays out only the pieces that are in view. */
export function splitText(text: string): string[] {
  if (text.length <= mostCharacters) return [text]
  const pieces: string[] = []
  let start = 0
  while (text.length - start > pieceCharacters) {
    const end = text.indexOf('\n', start + pieceCharacters)
    if (end < 0) break
    pieces.push(text.slice(start, end))
    start = end + 1
  }
  pieces.push(text.slice(start))
  return pieces
}
