import { redact } from './redact.ts'

export interface CapturedText {
  add: (chunk: Uint8Array) => void
  text: () => string
}

/** Keeps some of a text that passes in pieces: how it began, or the latest of it, and says where it left something out. */
export function captureText({ limit, keep }: { limit: number; keep: 'start' | 'end' }): CapturedText {
  const decoder = new TextDecoder()
  let kept = ''
  let isCut = false

  return {
    add(chunk) {
      kept += decoder.decode(chunk, { stream: true })
      if (kept.length <= limit) return
      isCut = true
      kept = keep === 'start' ? kept.slice(0, limit) : kept.slice(-limit)
    },
    text() {
      const text = redact(kept)
      if (!isCut) return text
      return keep === 'start' ? `${text}…` : `…${text}`
    },
  }
}
