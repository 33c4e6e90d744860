import type { ChatMessage } from '@parley/rx'
import { copyText } from '../ui/copy-text.ts'

/** Copies what a message says; resolves with a word about how that went. */
export async function copyMessage({ payload }: ChatMessage): Promise<string> {
  const isCopied = await copyText(plainOf(payload))
  return isCopied ? 'Copied.' : 'Unable to copy; the browser does not allow it.'
}

function plainOf(payload: ChatMessage['payload']): string {
  switch (payload.type) {
    case 'text':
      return payload.text
    case 'markdown':
      return payload.markdown
    default:
      return JSON.stringify(payload, undefined, 2)
  }
}
