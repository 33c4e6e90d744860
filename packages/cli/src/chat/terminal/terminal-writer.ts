import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { CursorPosition } from './live-rows.ts'

export type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'

/** Sanitized text in one style. */
interface Span {
  readonly text: string
  readonly style?: Style
}

/** The content of one row of the screen. It must fit the width of the screen. */
export type Row = readonly Span[]

/** Formats a row with escape sequences. Without colors, it has no other styles either. */
export function rowToText(row: Row, { hasColors }: { hasColors: boolean }): string {
  return row
    .map(({ text, style }) => (style && hasColors ? styleText(style, text, { validateStream: false }) : text))
    .join('')
}

interface Frame {
  /** Rows to print permanently above the live rows. */
  readonly printed: readonly Row[]
  /** The rows at the bottom, which every frame redraws. They must be fewer than the rows of the screen. */
  readonly live: readonly Row[]
  /** The cursor, relative to the first live row. */
  readonly cursor: CursorPosition
}

export interface TerminalWriter {
  writeFrame: (frame: Frame) => void
  /** Makes the next frame start at the top of the screen, for example after a resize. Keeps the scrollback. */
  clear: () => void
}

const escape = '\u001B['

/**
 * Keeps live rows at the bottom of a terminal and prints above them.
 *
 * Not log-update, which cannot place the cursor within its output, as the edited line requires.
 *
 * Disables automatic line wrapping while writing. If the terminal displays a character wider than it was measured, the
 * row is cut and the number of rows stays correct.
 */
export function createTerminalWriter(
  output: Writable,
  { hasColors }: { hasColors: boolean },
): TerminalWriter {
  let previousBottom = ''
  let cursorRow = 0
  let isCleared = false

  return {
    writeFrame({ printed, live, cursor }) {
      const text = live.map((row) => rowToText(row, { hasColors })).join('\r\n')
      const rowsUp = live.length - 1 - cursor.row
      const bottom = `${text}${rowsUp > 0 ? `${escape}${rowsUp}A` : ''}${escape}${cursor.column + 1}G`
      if (printed.length === 0 && bottom === previousBottom && !isCleared) return
      const start = isCleared ? `${escape}H` : `\r${cursorRow > 0 ? `${escape}${cursorRow}A` : ''}`
      const top = printed.map((row) => `${rowToText(row, { hasColors })}\r\n`).join('')
      output.write(`${escape}?25l${escape}?7l${start}${escape}J${top}${bottom}${escape}?7h${escape}?25h`)
      previousBottom = bottom
      cursorRow = cursor.row
      isCleared = false
    },
    clear() {
      isCleared = true
    },
  }
}
