/** Returns the CORS headers of a response: which pages may call the API, and which headers they may send and read. */
export type Cors = (origin: string | undefined, isPreflight: boolean) => Record<string, string>

const preflightHeaders = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
  // axios, in the official client, sends x-xsrf-token if the page has a cookie XSRF-TOKEN. The server ignores it.
  'access-control-allow-headers': 'content-type, x-user-key, last-event-id, idempotency-key, x-xsrf-token',
  'access-control-max-age': '86400',
}
const exposedHeaders =
  'retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, ratelimit-policy, x-request-id'

/**
 * Responds with the caller's own origin: browsers that send credentials reject `*`.
 *
 * @param origins - The allowed origins; undefined allows all.
 */
export function createCors(origins: readonly string[] | undefined): Cors {
  const allowedOrigins = origins && new Set(origins.map((origin) => origin.replace(/\/$/, '').toLowerCase()))
  return (origin, isPreflight) => {
    if (origin === undefined || (allowedOrigins && !allowedOrigins.has(origin.toLowerCase())))
      return { vary: 'origin' }
    return {
      vary: 'origin',
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      ...(isPreflight ? preflightHeaders : { 'access-control-expose-headers': exposedHeaders }),
    }
  }
}
