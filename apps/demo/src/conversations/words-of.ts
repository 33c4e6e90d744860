import { readPayload, type ReadPayload } from '../payloads/read-payload.ts'

const longest = 200

/** What a message says, in one line for a list. */
export function wordsOf(payload: unknown): string {
  return lineOf(textOf(readPayload(payload)))
}

function textOf(payload: ReadPayload | undefined): string {
  switch (payload?.type) {
    case 'text':
    case 'choice':
    case 'dropdown':
      return payload.text
    case 'markdown':
      return payload.markdown.slice(0, 4 * longest).replace(/[#*_`>|~-]+/g, ' ')
    case 'card':
      return payload.title
    case 'carousel':
      return payload.items.map(({ title }) => title).join(', ')
    case 'bloc': {
      const first = readPayload(payload.items[0])
      // No bloc stands in another.
      return first && first.type !== 'bloc' ? textOf(first) : 'Several things'
    }
    case 'file':
      return payload.title || 'File'
    case 'location':
      return payload.title || payload.address || 'Location'
    case 'image':
      return 'Picture'
    case 'audio':
      return 'Audio'
    case 'video':
      return 'Video'
    case undefined:
      return 'Message'
  }
}

/** Cut, as nobody sees more of it, and a text may be huge. */
function lineOf(text: string): string {
  return text.slice(0, longest).replace(/\s+/g, ' ').trim()
}
