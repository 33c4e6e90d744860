import { textOf } from '@parley/core/text'
import { parsePayload } from './parse-payload.ts'

const mediaLabels = { image: 'Image', audio: 'Audio', video: 'Video' } as const

/** Returns a message as plain text, for screen readers. */
export function getMessageText(payload: unknown): string {
  const parsed = parsePayload(payload)
  if (!parsed) return 'Message'
  if (parsed.type === 'image' || parsed.type === 'audio' || parsed.type === 'video')
    return mediaLabels[parsed.type]
  if (parsed.type === 'bloc') return parsed.items.map(getMessageText).join('\n') || 'Message'
  return textOf(parsed)
}

const maxPreviewLength = 200

/** Returns the start of a message in one line, for lists and dialogs. */
export function getPreviewText(payload: unknown): string {
  return getMessageText(payload).slice(0, maxPreviewLength).replace(/\s+/g, ' ').trim()
}
