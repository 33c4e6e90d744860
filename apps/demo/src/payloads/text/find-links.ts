import { LinkifyIt } from 'linkify-it'

export interface TextPart {
  text: string
  /** URL of a link. Not checked for safety. */
  href?: string
}

/** Hosts without a scheme are links only after `www.`, as file names such as `main.rs` look like hosts. */
const linkify = new LinkifyIt({ maxLength: 2_000 })
  .add('//', null)
  .add('ftp:', null)
  .add('www.', {
    validate(text, position, { re }) {
      const pattern = re.get_relative_proto_validator()
      pattern.lastIndex = position
      return pattern.exec(text)?.[0].length ?? 0
    },
    normalize(match) {
      match.url = `https://${match.raw}`
    },
  })

/** Splits a text into links and the text between them. */
export function findLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const { index, lastIndex, raw, url } of linkify.match(text) ?? []) {
    if (index > end) parts.push({ text: text.slice(end, index) })
    parts.push({ text: raw, href: url })
    end = lastIndex
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}
