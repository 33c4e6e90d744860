import type { CardAction, Option, Payload, PayloadOf } from '@parley/core'
import { textOf } from '@parley/core/text'
import { sanitize, sanitizeLine } from './sanitize.ts'
import { truncate } from './split-graphemes.ts'

/** An answer to a payload's options: the words that everyone sees, and for the bot the value behind them. */
export interface Reply extends PayloadOf<'text'> {
  value?: string
}

/** A payload as text, safe to show, in one or a few lines. What can be answered by its number is numbered. */
export function payloadText(payload: Payload): string {
  try {
    return sanitize(linesOf(payload, createCount()).join('\n'))
  } catch {
    // The server's word is not checked by the client: what lacks a field is shown as it is.
    return otherwise(payload)
  }
}

/** A payload as one short line for warnings, without Markdown syntax, URLs and option numbers. */
export function payloadSummary(payload: Payload, maxLength: number): string {
  return truncate(sanitizeLine(textOf(payload)), maxLength)
}

/** What its numbers stand for, in their order. */
export function numberedReplies(payload: Payload): Reply[] {
  try {
    switch (payload.type) {
      case 'choice':
      case 'dropdown':
        return payload.options.map(({ label, value }) => ({ type: 'text', text: label, value }))
      case 'card':
        return payload.actions.filter(isAnswerable).map(replyTo)
      case 'carousel':
        return payload.items.flatMap((card) => card.actions.filter(isAnswerable).map(replyTo))
      default:
        return []
    }
  } catch {
    return []
  }
}

type Count = () => number

function createCount(): Count {
  let last = 0
  return () => ++last
}

function linesOf(payload: Payload, count: Count): string[] {
  switch (payload.type) {
    case 'text':
      return [text(payload.text)]
    case 'markdown':
      return [text(payload.markdown)]
    case 'image':
      return [`[image] ${text(payload.imageUrl)}`]
    case 'audio':
      return [`[audio] ${text(payload.audioUrl)}`]
    case 'video':
      return [`[video] ${text(payload.videoUrl)}`]
    case 'file':
      return [`[file] ${joined(' ', payload.title, text(payload.fileUrl))}`]
    case 'location': {
      const { title, address, latitude, longitude } = payload
      return [`[location] ${joined(', ', title, address, `${latitude} ${longitude}`)}`]
    }
    case 'card':
      return cardLines(payload, count)
    case 'carousel':
      return payload.items.flatMap((card) => cardLines(card, count))
    case 'choice':
    case 'dropdown':
      return [text(payload.text), ...payload.options.map((option) => numbered(option, count))]
    case 'bloc':
      return payload.items.flatMap((item) => linesOf(item, count))
    default:
      return [otherwise(payload)]
  }
}

function cardLines(card: PayloadOf<'carousel'>['items'][number], count: Count): string[] {
  return [
    `[card] ${text(card.title)}`,
    ...(card.subtitle ? [card.subtitle] : []),
    ...(card.imageUrl ? [`[image] ${card.imageUrl}`] : []),
    ...card.actions.map((action) =>
      isAnswerable(action) ? numbered(action, count) : `- ${text(action.label)}: ${text(action.value)}`,
    ),
  ]
}

function numbered({ label }: Option, count: Count): string {
  return `${count()}. ${text(label)}`
}

function isAnswerable({ action }: CardAction): boolean {
  return action !== 'url'
}

/** `say` speaks its value for the user; `postback` shows its label, and hands the value to the bot. */
function replyTo({ action, label, value }: CardAction): Reply {
  return action === 'say' ? { type: 'text', text: value } : { type: 'text', text: label, value }
}

function text(value: string): string {
  if (typeof value !== 'string') throw new TypeError('This should be a text.')
  return value
}

function joined(separator: string, ...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(separator)
}

/** A kind that this version does not know. */
function otherwise(payload: { type?: unknown }): string {
  const { type, ...fields } = payload
  return truncate(sanitizeLine(`[${String(type)}] ${JSON.stringify(fields)}`), 300)
}
