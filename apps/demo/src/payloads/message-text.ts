import { textOf } from '@parley/core/text'
import { readPayload } from './read-payload.ts'

const media = { image: 'Picture', audio: 'Audio', video: 'Video' } as const

/** A message as plain text, for announcements. */
export function messageText(payload: unknown): string {
  const read = readPayload(payload)
  if (!read) return 'Message'
  if (read.type === 'image' || read.type === 'audio' || read.type === 'video') return media[read.type]
  if (read.type === 'bloc') return read.items.map(messageText).join('\n') || 'Message'
  return textOf(read)
}

const maxPreviewLength = 200

/** The beginning of a message in one line, for lists and questions. */
export function previewOf(payload: unknown): string {
  return messageText(payload).slice(0, maxPreviewLength).replace(/\s+/g, ' ').trim()
}
