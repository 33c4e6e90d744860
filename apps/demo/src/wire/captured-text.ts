import { redact } from './redact.ts'

export interface CapturedText {
  add: (chunk: Uint8Array) => void
  text: () => string
}

/** Keeps the start or the end of a streamed text, up to a limit. An ellipsis marks the omitted part. */
export function captureText({ limit, keep }: { limit: number; keep: 'start' | 'end' }): CapturedText {
  const decoder = new TextDecoder()
  let captured = ''
  let isTruncated = false

  return {
    add(chunk) {
      captured += decoder.decode(chunk, { stream: true })
      if (captured.length <= limit) return
      isTruncated = true
      captured = keep === 'start' ? captured.slice(0, limit) : captured.slice(-limit)
    },
    text() {
      const text = redact(captured)
      if (!isTruncated) return text
      return keep === 'start' ? `${text}…` : `…${text}`
    },
  }
}
