import type { Writable } from 'node:stream'
import type { CursorPosition } from './input-rows.ts'
import { rowToText, type Row } from './row.ts'

/** What the screen is to look like from now on. */
interface Frame {
  /** Rows to be printed for good, above what is live. */
  readonly above: readonly Row[]
  /** The last rows, which are painted anew with every frame. There are fewer of them than the screen has rows. */
  readonly live: readonly Row[]
  /** Where in the live rows the cursor stands. */
  readonly cursor: CursorPosition
}

export interface TerminalWriter {
  paint: (frame: Frame) => void
  /** Forgets what the screen looks like, as after a resize, and begins at its top. What has scrolled away stays. */
  clear: () => void
}

const escape = '\u001B['

/**
 * Keeps a few rows at the bottom of a terminal and prints above them.
 *
 * While it writes, lines do not wrap by themselves: where a terminal takes a character for wider than it was counted, the row loses
 * its end, and the count of rows stays right.
 */
export function createTerminalWriter(
  output: Writable,
  { hasColors }: { hasColors: boolean },
): TerminalWriter {
  let painted = ''
  let cursorRow = 0
  let isCleared = false

  return {
    paint({ above, live, cursor }) {
      const text = live.map((row) => rowToText(row, { hasColors })).join('\r\n')
      const up = live.length - 1 - cursor.row
      const bottom = `${text}${up > 0 ? `${escape}${up}A` : ''}${escape}${cursor.column + 1}G`
      if (above.length === 0 && bottom === painted && !isCleared) return
      const start = isCleared ? `${escape}H` : `\r${cursorRow > 0 ? `${escape}${cursorRow}A` : ''}`
      const printed = above.map((row) => `${rowToText(row, { hasColors })}\r\n`).join('')
      output.write(`${escape}?25l${escape}?7l${start}${escape}J${printed}${bottom}${escape}?7h${escape}?25h`)
      painted = bottom
      cursorRow = cursor.row
      isCleared = false
    },
    clear() {
      isCleared = true
    },
  }
}
