import type { ChatMessage } from '@parley/rx'
import { truncate } from '../text/split-graphemes.ts'
import { inputRows, type CursorPosition } from './input-rows.ts'
import type { Row } from './row.ts'

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
