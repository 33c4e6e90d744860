import type { WireHeaders } from './wire-entry.ts'

const hidden = '•••'
const secretHeaders = new Set(['x-user-key', 'authorization', 'cookie'])
/** A user key is a JWT; what was cut off in the middle of one counts as well. */
const userKeys = /eyJ[\w-]{8,}(\.[\w-]*){0,2}/g

/** Text of the wire without the user keys in it: who looks over a shoulder is not to become the user. */
export function redact(text: string): string {
  return text.replace(userKeys, hidden)
}

export function redactHeaders(headers: Headers): WireHeaders {
  return [...headers].map(([name, value]) => [name, secretHeaders.has(name) ? hidden : redact(value)])
}
