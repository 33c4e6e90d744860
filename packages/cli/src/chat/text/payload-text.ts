import type { CardAction, Option, Payload, PayloadOf } from '@parley/core'
import { textOf } from '@parley/core/text'
import { sanitize, sanitizeLine } from './sanitize.ts'
import { truncate } from './wrap-text.ts'

/** A reply to one of a payload's options: a text that everyone sees, and a value for the bot. */
export interface Reply extends PayloadOf<'text'> {
  value?: string
}

/** Formats a payload as sanitized text of one or more lines. Numbers the options that the user can reply with. */
export function payloadText(payload: Payload): string {
  try {
    return sanitize(payloadLines(payload, createCounter()).join('\n'))
  } catch {
    // The client does not validate payloads. A payload with missing fields is shown as JSON.
    return fallbackText(payload)
  }
}

/** Formats a payload as one short line for warnings, without Markdown syntax, URLs and option numbers. */
export function payloadSummary(payload: Payload, maxLength: number): string {
  return truncate(sanitizeLine(textOf(payload)), maxLength)
}

/** Returns the replies that the numbers in `payloadText` stand for, in the same order. */
export function numberedReplies(payload: Payload): Reply[] {
  try {
    switch (payload.type) {
      case 'choice':
      case 'dropdown':
        return payload.options.map(({ label, value }) => ({ type: 'text', text: label, value }))
      case 'card':
        return payload.actions.filter(isReplyAction).map(toReply)
      case 'carousel':
        return payload.items.flatMap((card) => card.actions.filter(isReplyAction).map(toReply))
      default:
        return []
    }
  } catch {
    return []
  }
}

type Counter = () => number

function createCounter(): Counter {
  let last = 0
  return () => ++last
}

function payloadLines(payload: Payload, nextNumber: Counter): string[] {
  switch (payload.type) {
    case 'text':
      return [requireString(payload.text)]
    case 'markdown':
      return [requireString(payload.markdown)]
    case 'image':
      return [`[image] ${requireString(payload.imageUrl)}`]
    case 'audio':
      return [`[audio] ${requireString(payload.audioUrl)}`]
    case 'video':
      return [`[video] ${requireString(payload.videoUrl)}`]
    case 'file':
      return [`[file] ${joinParts(' ', payload.title, requireString(payload.fileUrl))}`]
    case 'location': {
      const { title, address, latitude, longitude } = payload
      return [`[location] ${joinParts(', ', title, address, `${latitude} ${longitude}`)}`]
    }
    case 'card':
      return cardLines(payload, nextNumber)
    case 'carousel':
      return payload.items.flatMap((card) => cardLines(card, nextNumber))
    case 'choice':
    case 'dropdown':
      return [
        requireString(payload.text),
        ...payload.options.map((option) => numberedLine(option, nextNumber)),
      ]
    case 'bloc':
      return payload.items.flatMap((item) => payloadLines(item, nextNumber))
    default:
      return [fallbackText(payload)]
  }
}

function cardLines(card: PayloadOf<'carousel'>['items'][number], nextNumber: Counter): string[] {
  return [
    `[card] ${requireString(card.title)}`,
    ...(card.subtitle ? [card.subtitle] : []),
    ...(card.imageUrl ? [`[image] ${card.imageUrl}`] : []),
    ...card.actions.map((action) =>
      isReplyAction(action)
        ? numberedLine(action, nextNumber)
        : `- ${requireString(action.label)}: ${requireString(action.value)}`,
    ),
  ]
}

function numberedLine({ label }: Option, nextNumber: Counter): string {
  return `${nextNumber()}. ${requireString(label)}`
}

function isReplyAction({ action }: CardAction): boolean {
  return action !== 'url'
}

/** `say` sends the value as text. `postback` sends the label as text, and the value to the bot. */
function toReply({ action, label, value }: CardAction): Reply {
  return action === 'say' ? { type: 'text', text: value } : { type: 'text', text: label, value }
}

function requireString(value: string): string {
  if (typeof value !== 'string')
    throw new TypeError('Unable to format the payload; a text field is not a string.')
  return value
}

function joinParts(separator: string, ...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(separator)
}

/** Formats a payload of an unknown type as JSON. */
function fallbackText(payload: { type?: unknown }): string {
  const { type, ...fields } = payload
  return truncate(sanitizeLine(`[${String(type)}] ${JSON.stringify(fields)}`), 300)
}
