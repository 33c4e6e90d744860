const linkProtocols = ['http:', 'https:', 'mailto:', 'tel:']
const mediaProtocols = ['http:', 'https:']
/** Longer than any address that somebody meant to be followed. */
const longestLink = 8_000

/** The address of a link, made absolute; undefined where following it could run code, or it is none at all. */
export function safeLink(value: string, base: string = document.baseURI): string | undefined {
  const url = value.length <= longestLink ? parse(value, base) : undefined
  return url && linkProtocols.includes(url.protocol) ? url.href : undefined
}

/** The address of something to show or to play, made absolute; undefined where it is not one. */
export function safeMedia(value: string, base: string = document.baseURI): string | undefined {
  const url = parse(value, base)
  if (!url) return undefined
  if (mediaProtocols.includes(url.protocol)) return value.length <= longestLink ? url.href : undefined
  return url.protocol === 'data:' && /^(image|audio|video)\//.test(url.pathname) ? url.href : undefined
}

/** Words that are no address would become one of this page: only what says where it starts is taken. */
function parse(value: string, base: string): URL | undefined {
  const isAddress = /^(\s*[a-z][a-z\d+.-]*:|[/?#]|\.{1,2}\/)/i.test(value)
  return isAddress ? (URL.parse(value, base) ?? undefined) : undefined
}
