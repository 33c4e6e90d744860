const linkProtocols = ['http:', 'https:', 'mailto:', 'tel:']
const mediaProtocols = ['http:', 'https:']
/** Longer than any legitimate link. */
const maxUrlLength = 8_000

/** Returns the absolute URL of a link. Undefined if it is invalid, or could run code. */
export function toSafeLink(value: string, base: string = document.baseURI): string | undefined {
  const url = value.length <= maxUrlLength ? parse(value, base) : undefined
  return url && linkProtocols.includes(url.protocol) ? url.href : undefined
}

/** Returns the absolute URL of an image, audio or video. Undefined if it is invalid. */
export function toSafeMediaUrl(value: string, base: string = document.baseURI): string | undefined {
  const url = parse(value, base)
  if (!url) return undefined
  if (mediaProtocols.includes(url.protocol)) return value.length <= maxUrlLength ? url.href : undefined
  return url.protocol === 'data:' && /^(image|audio|video)\//.test(url.pathname) ? url.href : undefined
}

/** Requires a scheme or a path prefix, as other text would resolve to a URL on this page. */
function parse(value: string, base: string): URL | undefined {
  const isUrl = /^(\s*[a-z][a-z\d+.-]*:|[/?#]|\.{1,2}\/)/i.test(value)
  return isUrl ? (URL.parse(value, base) ?? undefined) : undefined
}
