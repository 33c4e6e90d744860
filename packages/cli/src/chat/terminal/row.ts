import { styleText } from 'node:util'

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
