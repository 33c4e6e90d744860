import type { ChatMessage } from '@parley/rx'
import { parsePayload } from '../payloads/parse-payload.ts'
import { copyText } from '../ui/copy-text.ts'

/** Copies the text of a message. Resolves with a text that tells the user the result. */
export async function copyMessage({ payload }: ChatMessage): Promise<string> {
  const isCopied = await copyText(getPlainText(payload))
  return isCopied ? 'Copied.' : 'Unable to copy; the browser does not allow it.'
}

function getPlainText(payload: unknown): string {
  const read = parsePayload(payload)
  switch (read?.type) {
    case 'text':
      return read.text
    case 'markdown':
      return read.markdown
    default:
      return JSON.stringify(payload, undefined, 2)
  }
}
