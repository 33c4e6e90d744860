/**
 * The id of the user whom a key names, as the key itself says: only the server can tell whether it is genuine. Undefined where it is
 * no JWT with an id.
 */
export function userIdOf(userKey: string): string | undefined {
  try {
    const [, claims = ''] = userKey.split('.')
    const bytes = Uint8Array.from(atob(claims.replace(/-/g, '+').replace(/_/g, '/')), (char) =>
      char.charCodeAt(0),
    )
    const { id } = JSON.parse(new TextDecoder().decode(bytes)) as { id?: unknown }
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}
