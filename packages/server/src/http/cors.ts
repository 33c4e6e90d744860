/** Answers the questions of browsers: which page may call, and what it may send and read. */
export type Cors = (origin: string | undefined, isPreflight: boolean) => Record<string, string>

const allowed = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
  // The official client's axios sends x-xsrf-token wherever the page has a cookie XSRF-TOKEN. It means nothing to us.
  'access-control-allow-headers': 'content-type, x-user-key, last-event-id, idempotency-key, x-xsrf-token',
  'access-control-max-age': '86400',
}
const exposed =
  'retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, ratelimit-policy, x-request-id'

/**
 * Names the caller's own origin, as browsers that send credentials accept no `*`.
 *
 * @param origins - The origins that may call; undefined for all of them.
 */
export function createCors(origins: readonly string[] | undefined): Cors {
  const known = origins && new Set(origins.map((origin) => origin.replace(/\/$/, '').toLowerCase()))
  return (origin, isPreflight) => {
    if (origin === undefined || (known && !known.has(origin.toLowerCase()))) return { vary: 'origin' }
    return {
      vary: 'origin',
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      ...(isPreflight ? allowed : { 'access-control-expose-headers': exposed }),
    }
  }
}
