import { unableTo } from '../errors/unable-to.ts'

/** No credentials, as `fetch` rejects them, and no query or fragment, as paths are appended to the URL. */
const usable = /^https?:\/\/[^@/]+\/[^?#]*$/

/**
 * The base URL of a bot, without a trailing slash. Relative URLs work in browsers only.
 *
 * @throws ChatError of type `InvalidIdentifier` if it is missing or invalid: a missing setting must not select another
 * server.
 */
export function baseUrlOf({ url, webhookId }: { url?: unknown; webhookId?: unknown }): string {
  const { location } = globalThis as { location?: Location }
  if (url === undefined && typeof webhookId === 'string' && /[^.\s]/.test(webhookId))
    return `https://chat.botpress.cloud/${encodeURIComponent(webhookId)}`
  try {
    if (typeof url === 'string' && url.trim() && usable.test(new URL(url, location?.href).href))
      return url.replace(/\/+$/, '')
  } catch {
    // An invalid URL is reported below.
  }
  const reason = `${JSON.stringify({ url, webhookId })} names no server. Give an absolute "url", or a "webhookId".`
  throw unableTo('createChat', 'InvalidIdentifier', reason)
}
