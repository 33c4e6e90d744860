/** The user id in a user key, unverified. Undefined if the key is not a JWT with an id. */
export function parseUserId(userKey: string): string | undefined {
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
