export type ParsedUserKey = { userId: string; problem?: never } | { userId?: never; problem: string }

/** Reads whose a user key is. Only its server can say whether it is good; this says what it can never be. */
export function parseUserKey(text: string, now: number = Date.now()): ParsedUserKey {
  const [header, payload, signature, ...more] = text.trim().split('.')
  const claims = payload === undefined ? undefined : parseClaims(payload)
  if (!header || !claims || !signature || more.length > 0)
    return {
      problem: 'This is no user key: it has three parts with dots between, the first beginning with eyJ.',
    }

  const { id, exp } = claims
  if (typeof id !== 'string' || id === '') return { problem: 'This key names no user: its "id" is missing.' }
  if (typeof exp === 'number' && exp * 1_000 <= now)
    return { problem: `This key of ${id} has expired. Ask for a fresh one where it came from.` }
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
