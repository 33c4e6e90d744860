import type { ChatMessage } from '@parley/rx'
import { truncate } from '../text/split-graphemes.ts'
import { inputRows, type CursorPosition } from './input-rows.ts'
import type { Row } from './row.ts'

export interface LiveContent {
  readonly messages: readonly ChatMessage[]
  readonly rowsOf: (message: ChatMessage) => Row[]
  /** What is going on, such as who is typing. */
  readonly notices: readonly string[]
  readonly line: string
  readonly cursor: number
}

/**
 * The rows that are painted anew again and again: what is being written or unsent, what goes on, and the line that is typed. Of
 * what has no room the end is shown: all of it is printed when it is whole.
 */
export function liveRows(
  { messages, rowsOf, notices, line, cursor }: LiveContent,
  { width, height }: { width: number; height: number },
): { rows: Row[]; cursor: CursorPosition } {
  const input = inputRows(line, { cursor, width, maxRows: Math.max(1, Math.floor(height / 2)) })
  const status: Row[] =
    notices.length > 0 ? [[{ text: truncate(notices.join(' · '), width), style: 'dim' }]] : []
  const above = [...messages.filter(({ status }) => status !== 'sent').flatMap(rowsOf), ...status]
  const room = Math.max(0, height - input.rows.length)
  const shown = room === 0 ? [] : above.slice(-room)
  return {
    rows: [...shown, ...input.rows],
    cursor: { row: shown.length + input.cursor.row, column: input.cursor.column },
  }
}
