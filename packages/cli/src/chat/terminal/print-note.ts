import { sanitizeLine } from '../text/sanitize.ts'
import { wrapText } from '../text/wrap-text.ts'
import type { Renderer } from './renderer.ts'
import type { Row } from './row.ts'

type Screen = Pick<Renderer, 'print'>

/** Prints sanitized lines of the chat itself, dimmed. */
export function printNote(screen: Screen, ...lines: string[]): void {
  screen.print((width) =>
    lines.flatMap((line) => wrapText(line, { width })).map((text): Row => [{ text, style: 'dim' }]),
  )
}

export function printError(screen: Screen, error: unknown): void {
  printNote(screen, sanitizeLine(error instanceof Error ? error.message : String(error)))
}
