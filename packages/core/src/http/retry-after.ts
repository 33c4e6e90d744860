/** Returns the delay in a `retry-after` header, in milliseconds. The header contains seconds or an HTTP date. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  const delayMs = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000
  return Number.isNaN(delayMs) ? undefined : Math.max(0, delayMs)
}
