import type { ConnectedUser } from '@parley/core'

/** The query for pages of this size, empty on servers that cannot be asked for one. */
export async function pageLimit(
  me: Pick<ConnectedUser, 'hello'>,
  { limit, signal }: { limit: number; signal?: AbortSignal | undefined },
): Promise<{ limit?: number }> {
  const hello = await me.hello({ signal }).catch(() => undefined)
  return hello?.abilities.includes('limit') ? { limit } : {}
}
