import type { ChatMessage } from '@parley/rx'
import { truncate, splitGraphemes } from '../text/wrap-text.ts'
import type { Row } from './terminal-writer.ts'

export interface LiveContent {
  readonly messages: readonly ChatMessage[]
  readonly messageRows: (message: ChatMessage) => Row[]
  /** The parts of the status line, such as the users who are typing. */
  readonly status: readonly string[]
  readonly line: string
  readonly cursor: number
}

/**
 * Returns the rows that are redrawn with every frame: streaming and pending messages, the status line and the edited
 * line. Cuts the first rows if they do not fit. Messages are printed in full when they are complete.
 */
export function liveRows(
  { messages, messageRows, status, line, cursor }: LiveContent,
  { width, height }: { width: number; height: number },
): { rows: Row[]; cursor: CursorPosition } {
  const input = inputRows(line, { cursor, width, maxRows: Math.max(1, Math.floor(height / 2)) })
  const statusRows: Row[] =
    status.length > 0 ? [[{ text: truncate(status.join(' · '), width), style: 'dim' }]] : []
  const rowsAboveInput = [
    ...messages.filter((message) => message.status !== 'sent').flatMap(messageRows),
    ...statusRows,
  ]
  const maxRowsAbove = Math.max(0, height - input.rows.length)
  const visible = maxRowsAbove === 0 ? [] : rowsAboveInput.slice(-maxRowsAbove)
  return {
    rows: [...visible, ...input.rows],
    cursor: { row: visible.length + input.cursor.row, column: input.cursor.column },
  }
}

export interface CursorPosition {
  readonly row: number
  readonly column: number
}

const prompt = '> '
const indent = '  '

/** Lays out the edited line after the prompt, and locates its cursor. Breaks lines at any character, like a shell. */
export function inputRows(
  line: string,
  { cursor, width, maxRows }: { cursor: number; width: number; maxRows: number },
): { rows: Row[]; cursor: CursorPosition } {
  const lines = breakLine(replaceControls(line), width)
  const linesBeforeCursor = breakLine(replaceControls(line.slice(0, cursor)), width)
  const row = linesBeforeCursor.length - 1
  // A long line scrolls to keep its cursor visible.
  const start = Math.max(0, Math.min(row, lines.length - maxRows))
  const visible = lines.slice(start, start + maxRows)
  return {
    rows: visible.map((text, index): Row => [
      { text: start + index === 0 ? prompt : indent, style: 'bold' },
      { text },
    ]),
    cursor: { row: row - start, column: prompt.length + getWidth(linesBeforeCursor[row] ?? '') },
  }
}

/** Pasted text may contain control characters. Each becomes one space, so that the cursor index stays valid. */
function replaceControls(line: string): string {
  // eslint-disable-next-line no-control-regex -- The function replaces control characters.
  return line.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g, ' ')
}

/** The last row always has space for a cursor after its text. */
function breakLine(line: string, width: number): string[] {
  const maxColumns = Math.max(2, width - prompt.length)
  const rows = ['']
  let used = 0
  for (const { text, width: columns } of splitGraphemes(line)) {
    if (used + columns > maxColumns) {
      rows.push('')
      used = 0
    }
    rows[rows.length - 1] += text
    used += columns
  }
  if (used >= maxColumns) rows.push('')
  return rows
}

function getWidth(text: string): number {
  return splitGraphemes(text).reduce((sum, { width }) => sum + width, 0)
}
