export type ParsedUserKey = { userId: string; problem?: never } | { userId?: never; problem: string }

/** Reads the user id from a user key. Rejects malformed and expired keys; only the server can verify the signature. */
export function parseUserKey(text: string, now: number = Date.now()): ParsedUserKey {
  const [header, payload, signature, ...more] = text.trim().split('.')
  const claims = payload === undefined ? undefined : parseClaims(payload)
  if (!header || !claims || !signature || more.length > 0)
    return {
      problem: 'This is not a user key. A user key starts with eyJ, and has three parts separated by dots.',
    }

  const { id, exp } = claims
  if (typeof id !== 'string' || id === '')
    return { problem: 'This key has no user id: its "id" claim is missing.' }
  if (typeof exp === 'number' && exp * 1_000 <= now)
    return { problem: `This key for "${id}" has expired. Request a new one.` }
  return { userId: id }
}

function parseClaims(part: string): Record<string, unknown> | undefined {
  try {
    const base64 = part.replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
