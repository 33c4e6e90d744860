import { splitGraphemes } from '../text/split-graphemes.ts'
import type { Row } from './row.ts'

export interface CursorPosition {
  readonly row: number
  readonly column: number
}

const prompt = '> '
const indent = '  '

/** The line that is being typed, after its prompt, and where its cursor stands. It breaks anywhere, as in a shell. */
export function inputRows(
  line: string,
  { cursor, width, maxRows }: { cursor: number; width: number; maxRows: number },
): { rows: Row[]; cursor: CursorPosition } {
  const lines = breakLine(shown(line), width)
  const before = breakLine(shown(line.slice(0, cursor)), width)
  const row = before.length - 1
  // A long line scrolls, so that its cursor can be seen.
  const start = Math.max(0, Math.min(row, lines.length - maxRows))
  const visible = lines.slice(start, start + maxRows)
  return {
    rows: visible.map((text, index): Row => [
      { text: start + index === 0 ? prompt : indent, style: 'bold' },
      { text },
    ]),
    cursor: { row: row - start, column: prompt.length + widthOf(before[row] ?? '') },
  }
}

/** What was pasted may hold anything. Each unit stays one, so that the cursor stays where it is. */
function shown(line: string): string {
  // eslint-disable-next-line no-control-regex -- These are what it is for.
  return line.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g, ' ')
}

/** The last row has room for a cursor behind it. */
function breakLine(line: string, width: number): string[] {
  const room = Math.max(2, width - prompt.length)
  const rows = ['']
  let used = 0
  for (const { text, width: columns } of splitGraphemes(line)) {
    if (used + columns > room) {
      rows.push('')
      used = 0
    }
    rows[rows.length - 1] += text
    used += columns
  }
  if (used >= room) rows.push('')
  return rows
}

function widthOf(text: string): number {
  return splitGraphemes(text).reduce((sum, { width }) => sum + width, 0)
}
