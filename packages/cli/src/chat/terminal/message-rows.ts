import type { ChatMessage } from '@parley/rx'
import { payloadText } from '../text/payload-text.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { truncate, splitGraphemes } from '../text/wrap-text.ts'
import { wrapText } from '../text/wrap-text.ts'
import type { Row, Style } from './terminal-writer.ts'

/** The author of a message, and the style of their name. */
export interface Author {
  readonly name: string
  readonly style: Style
  readonly isBot: boolean
}

const indent = '  '

/** Lays out a message: the author's name, the text, and the status of a pending, stopped or failed one. */
export function messageRows(
  message: ChatMessage,
  { author, width }: { author: Author; width: number },
): Row[] {
  const { status, payload } = message
  const label = `${truncate(author.name, Math.max(4, Math.floor(width / 3)))}: `
  const isStreaming = status === 'streaming'
  const text = isStreaming ? `${payloadText(payload)}▌` : payloadText(payload)
  // All rows except the first are indented, so the text wraps at the remaining width.
  const [first = '', ...rest] = wrapText(text, {
    width: Math.max(2, width - indent.length),
    firstRowUsed: splitGraphemes(label).reduce((sum, grapheme) => sum + grapheme.width, -indent.length),
  })
  const isPending = status === 'sending' || status === 'failed'
  const style = isPending ? ({ style: 'dim' } as const) : {}
  return [
    [
      { text: label, style: author.style },
      { text: first, ...style },
    ],
    ...rest.map((line): Row => [{ text: `${indent}${line}`, ...style }]),
    ...statusRows(message, { author, width }),
  ]
}

function statusRows(message: ChatMessage, { author, width }: { author: Author; width: number }): Row[] {
  const dimRow = (text: string): Row => [{ text: truncate(`${indent}${text}`, width), style: 'dim' }]
  if (message.status === 'sending') return [dimRow('sending…')]
  if (message.status === 'sent') {
    const mark = ['failed', 'stopped'].find((name) => message.metadata?.[name] === true)
    return author.isBot && mark !== undefined ? [dimRow(mark)] : []
  }
  if (message.status !== 'failed') return []
  const reason = sanitizeLine(message.error?.message ?? 'Unable to send the message.')
  const lines = wrapText(`failed: ${reason} /retry sends it again, /discard removes it.`, {
    width: Math.max(2, width - indent.length),
  })
  return lines.map((line): Row => [{ text: `${indent}${line}`, style: 'red' }])
}
