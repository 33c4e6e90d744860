import { styleText } from 'node:util'

export type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'

/** Safe text in one style. */
interface Span {
  readonly text: string
  readonly style?: Style
}

/** What stands in one row of the screen; it is no wider than that. */
export type Row = readonly Span[]

/** The row as a terminal takes it. Without colours there are no other styles either. */
export function rowToText(row: Row, { hasColors }: { hasColors: boolean }): string {
  return row
    .map(({ text, style }) => (style && hasColors ? styleText(style, text, { validateStream: false }) : text))
    .join('')
}
