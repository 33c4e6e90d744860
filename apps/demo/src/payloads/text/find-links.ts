export interface TextPart {
  text: string
  /** Where it leads, as it was meant: whoever makes a link of it checks it. */
  href?: string
}

/** Bounded, so that no text makes the search slow. */
const address =
  /(?<![\p{L}\p{N}_@./-])(?:https?:\/\/|www\.)[^\s<>"“”«»]{1,2000}|(?<![\p{L}\p{N}_.+-])[\w.+-]{1,64}@[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,4}/giu

/** Takes a text apart into what leads somewhere and what stands between. Nothing of it is lost. */
export function findLinks(text: string): TextPart[] {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(address)) {
    const found = withoutPunctuation(match[0])
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: found, href: hrefOf(found) })
    end = match.index + found.length
  }
  if (end < text.length) parts.push({ text: text.slice(end) })
  return parts
}

function hrefOf(found: string): string {
  if (/^https?:/i.test(found)) return found
  return /^www\./i.test(found) ? `https://${found}` : `mailto:${found}`
}

/** What ends a sentence, or closes a bracket that was opened before, is no part of an address. */
function withoutPunctuation(found: string): string {
  let end = found.length
  let unopened = count(found, ')') - count(found, '(')
  for (; end > 1; end--) {
    const last = found.charAt(end - 1)
    if (last === ')' && unopened > 0) unopened--
    else if (!/[.,;:!?'’*_\]}]/.test(last)) break
  }
  return found.slice(0, end)
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}
