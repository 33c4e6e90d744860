import type { ConnectedUser } from '@parley/core'
import type { Sender } from '../timeline/chat-message.ts'

/** What a listing needs to know about the server. */
export interface ListingInfo {
  /** The query parameter for pages of the wanted size; empty if the server does not support it. */
  readonly pageLimit: { limit?: number }
  /** The profile of the bot, as a list of 0 or 1: the participants do not contain it. */
  readonly bots: readonly Sender[]
}

/** Never fails. `serverInfo` is fetched once per user. */
export async function getListingInfo(
  me: Pick<ConnectedUser, 'serverInfo'>,
  { limit, signal }: { limit: number; signal?: AbortSignal | undefined },
): Promise<ListingInfo> {
  const serverInfo = await me.serverInfo({ signal }).catch(() => undefined)
  return {
    pageLimit: serverInfo?.capabilities.includes('limit') ? { limit } : {},
    bots: serverInfo?.bot ? [serverInfo.bot] : [],
  }
}
