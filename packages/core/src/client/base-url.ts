import { operationError } from '../errors/operation-error.ts'

/** Excludes credentials, which `fetch` rejects, and a query or fragment, as paths are appended to the URL. */
const validBaseUrl = /^https?:\/\/[^@/]+\/[^?#]*$/

/**
 * Returns the base URL of a bot, without a trailing slash. Relative URLs work in browsers only.
 *
 * @throws ChatError of type `InvalidIdentifier` if it is missing or invalid: a missing setting must not select another
 * server.
 */
export function resolveBaseUrl({ url, webhookId }: { url?: unknown; webhookId?: unknown }): string {
  const { location } = globalThis as { location?: Location }
  if (url === undefined && typeof webhookId === 'string' && /[^.\s]/.test(webhookId))
    return `https://chat.botpress.cloud/${encodeURIComponent(webhookId)}`
  try {
    if (typeof url === 'string' && url.trim() && validBaseUrl.test(new URL(url, location?.href).href))
      return url.replace(/\/+$/, '')
  } catch {
    // An invalid URL is reported below.
  }
  const address = JSON.stringify({ url, webhookId })
  const reason = `${address} is not a valid address. Pass an absolute "url" or a "webhookId".`
  throw operationError('createChat', 'InvalidIdentifier', reason)
}
