import { unableTo } from '../errors/unable-to.ts'

/** Without a login, which `fetch` refuses, and without `?` and `#`: what follows them would end up in front of every path. */
const usable = /^https?:\/\/[^@/]+\/[^?#]*$/

/**
 * The base URL of a bot, without a slash at its end. A relative one is for pages alone.
 *
 * @throws ChatError of type `InvalidIdentifier` where none is given or it is unusable: what is missing in an app's settings must not
 * lead to another server.
 */
export function baseUrlOf({ url, webhookId }: { url?: unknown; webhookId?: unknown }): string {
  const { location } = globalThis as { location?: Location }
  if (url === undefined && typeof webhookId === 'string' && /[^.\s]/.test(webhookId))
    return `https://chat.botpress.cloud/${encodeURIComponent(webhookId)}`
  try {
    if (typeof url === 'string' && url.trim() && usable.test(new URL(url, location?.href).href))
      return url.replace(/\/+$/, '')
  } catch {
    // It is said below.
  }
  const reason = `${JSON.stringify({ url, webhookId })} names no server. Give an absolute "url", or a "webhookId".`
  throw unableTo('createChat', 'InvalidIdentifier', reason)
}
