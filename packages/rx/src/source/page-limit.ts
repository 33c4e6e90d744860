import type { ConnectedUser } from '@parley/core'

/** The query parameter for pages of this size; empty if the server does not support it. */
export async function getPageLimit(
  me: Pick<ConnectedUser, 'serverInfo'>,
  { limit, signal }: { limit: number; signal?: AbortSignal | undefined },
): Promise<{ limit?: number }> {
  const serverInfo = await me.serverInfo({ signal }).catch(() => undefined)
  return serverInfo?.capabilities.includes('limit') ? { limit } : {}
}
