import type { WireHeaders } from './wire-entry.ts'

const hidden = '•••'
const secretHeaders = new Set(['x-user-key', 'authorization', 'cookie'])
/** A user key is a JWT. Also matches truncated ones. */
const userKeys = /eyJ[\w-]{8,}(\.[\w-]*){0,2}/g

/** Removes user keys from a text, as anyone who sees a key can sign in with it. */
export function redact(text: string): string {
  return text.replace(userKeys, hidden)
}

export function redactHeaders(headers: Headers): WireHeaders {
  return [...headers].map(([name, value]) => [name, secretHeaders.has(name) ? hidden : redact(value)])
}
