import type { ChatMessage } from '@parley/rx'
import { readPayload } from '../payloads/read-payload.ts'
import { copyText } from '../ui/copy-text.ts'

/** Copies what a message says; resolves with a word about how that went. */
export async function copyMessage({ payload }: ChatMessage): Promise<string> {
  const isCopied = await copyText(plainOf(payload))
  return isCopied ? 'Copied.' : 'Unable to copy; the browser does not allow it.'
}

function plainOf(payload: unknown): string {
  const read = readPayload(payload)
  switch (read?.type) {
    case 'text':
      return read.text
    case 'markdown':
      return read.markdown
    default:
      return JSON.stringify(payload, undefined, 2)
  }
}
