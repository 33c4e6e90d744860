import type { ChatMessage } from '@parley/rx'
import { payloadText } from '../text/payload-text.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { truncate, splitGraphemes } from '../text/split-graphemes.ts'
import { wrapText } from '../text/wrap-text.ts'
import type { Row, Style } from './row.ts'

/** Whose message it is, and how they are shown. */
export interface Author {
  readonly name: string
  readonly style: Style
}

const indent = '  '

/** A message as rows: the name and the text, and how it is on its way where it has not arrived. */
export function messageRows(
  message: ChatMessage,
  { author, width }: { author: Author; width: number },
): Row[] {
  const { status, payload } = message
  const label = `${truncate(author.name, Math.max(4, Math.floor(width / 3)))}: `
  const isWritten = status === 'streaming'
  const text = isWritten ? `${payloadText(payload)}▌` : payloadText(payload)
  // Rows but the first are indented: they are laid out in what is left.
  const [first = '', ...rest] = wrapText(text, {
    width: Math.max(2, width - indent.length),
    first: splitGraphemes(label).reduce((sum, grapheme) => sum + grapheme.width, -indent.length),
  })
  const isUnsent = status === 'sending' || status === 'failed'
  const style = isUnsent ? ({ style: 'dim' } as const) : {}
  return [
    [
      { text: label, style: author.style },
      { text: first, ...style },
    ],
    ...rest.map((line): Row => [{ text: `${indent}${line}`, ...style }]),
    ...statusRows(message, width),
  ]
}

function statusRows(message: ChatMessage, width: number): Row[] {
  if (message.status === 'sending') return [[{ text: truncate(`${indent}sending…`, width), style: 'dim' }]]
  if (message.status !== 'failed') return []
  const reason = sanitizeLine(message.error?.message ?? 'It could not be sent.')
  const lines = wrapText(`failed: ${reason} /retry sends it again, /discard drops it.`, {
    width: Math.max(2, width - indent.length),
  })
  return lines.map((line): Row => [{ text: `${indent}${line}`, style: 'red' }])
}
