import type { Payload } from '@parley/core'

const longest = 200

/** What a message says, in one line for a list. */
export function wordsOf(payload: Payload): string {
  return lineOf(textOf(payload))
}

function textOf(payload: Payload): string {
  switch (payload.type) {
    case 'text':
    case 'choice':
    case 'dropdown':
      return payload.text
    case 'markdown':
      return payload.markdown.replace(/[#*_`>|~-]+/g, ' ')
    case 'card':
      return payload.title
    case 'carousel':
      return payload.items.map(({ title }) => title).join(', ')
    case 'bloc': {
      const [first] = payload.items
      return first ? textOf(first) : 'Several things'
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
    default:
      return 'Message'
  }
}

/** Cut, as nobody sees more of it, and a text may be huge. */
function lineOf(text: string): string {
  return text.slice(0, longest).replace(/\s+/g, ' ').trim()
}
