export interface TextPart {
  text: string
  /** URL of a link. Not checked for safety. */
  href?: string
}

// Bounded repetition prevents slow matching.
const urlPattern = /(?<![\p{L}\p{N}_@./-])(?:https?:\/\/|www\.)[^\s<>"“”«»]{1,2000}/u
const emailPattern = /(?<![\p{L}\p{N}_.+-])[\w.+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,4}/u
const linkPattern = new RegExp(`${urlPattern.source}|${emailPattern.source}`, 'giu')

/** Splits a text into links and the text between them. */
export function findLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(linkPattern)) {
    const found = trimPunctuation(match[0])
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: found, href: toHref(found) })
    end = match.index + found.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

function toHref(found: string): string {
  if (/^https?:/i.test(found)) return found
  return /^www\./i.test(found) ? `https://${found}` : `mailto:${found}`
}

/** Removes trailing punctuation, and closing brackets without an opening one. */
function trimPunctuation(found: string): string {
  let end = found.length
  let unmatched = count(found, ')') - count(found, '(')
  for (; end > 1; end--) {
    const last = found.charAt(end - 1)
    if (last === ')' && unmatched > 0) unmatched--
    else if (!/[.,;:!?'’*_\]}]/.test(last)) break
  }
  return found.slice(0, end)
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
