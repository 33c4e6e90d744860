const linkProtocols = ['http:', 'https:', 'mailto:', 'tel:']
const mediaProtocols = ['http:', 'https:']

/** The address of a link, made absolute; undefined where following it could run code, or it is none at all. */
export function safeLink(value: string, base: string = document.baseURI): string | undefined {
  const url = parse(value, base)
  return url && linkProtocols.includes(url.protocol) ? url.href : undefined
}

/** The address of something to show or to play, made absolute; undefined where it is not one. */
export function safeMedia(value: string, base: string = document.baseURI): string | undefined {
  const url = parse(value, base)
  if (!url) return undefined
  const isInline = url.protocol === 'data:' && /^(image|audio|video)\//.test(url.pathname)
  return isInline || mediaProtocols.includes(url.protocol) ? url.href : undefined
}

function parse(value: string, base: string): URL | undefined {
  return URL.parse(value, base) ?? undefined
}
