/** Fenced code, code in a line, and escapes: what stands in them is no mark. */
const literals =
  /^[ \t>]*(`{3,}|~{3,})(?!~)[^`\n]*\n([^]*?)(?:\n[ \t>]*\1[`~]*[ \t]*$|(?![^]))|(`+)(?:([^`]+)\3(?!`))?|\\([!-/:-@[-`{-~])/gm
const link = /!?\[([^[\]]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)/g
const emphasis =
  /(\*{1,3})(?=\S)([^*]*[^*\s])\1|(^|[^\p{L}\p{N}_])(_{1,3})(?=\S)([^_]*[^_\s])\4(?![\p{L}\p{N}_])|~~([^~]+)~~/gu

/**
 * The text of a Markdown document without its marks. Code stays as it is. It reads what people and models write, not every corner
 * of the grammar: what it does not understand stays. No pattern can match slowly: the time is linear, whatever the input.
 */
export function stripMarkdown(markdown: string): string {
  let text = markdown
    .replace(/\r\n?/g, '\n')
    .replace(literals, (literal, _fence, block?: string, _ticks?, code?: string, escaped?: string) =>
      hide(block ?? code ?? escaped ?? literal),
    )
    .replace(/<(?:(https?:[^<>\s]+)|[/!a-z][^<>]*)>/gi, '$1')
    // Underlines of headings, breaks, and the line below the head of a table.
    .replace(/^[|:> \t]*(?:[-=*_][|: \t]*){3,}$\n?/gm, '')
    .replace(/^(?:[ \t]*>)*[ \t]*(?:[-*+][ \t]+(?:\[[ x]\][ \t]+)?)*(?:#{1,6}[ \t]+)?/gim, '')
    .split('\n')
    .map((line) => (line.startsWith('|') ? line.split('|').filter(isText).map(trim).join(', ') : trim(line)))
    .join('\n')
  // Marks nest: from the inside out, as deep as anyone writes.
  for (let depth = 0; depth < 3; depth++) text = text.replace(link, '$1').replace(emphasis, '$2$3$5$6')
  return text
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .replace(/[\uE000-\uE07F]/g, (hidden) => String.fromCharCode(hidden.charCodeAt(0) - 0xe000))
}

const trim = (text: string): string => text.trim()
const isText = (text: string): boolean => trim(text) !== ''

/** Turns ASCII into characters of private use, until all marks are gone. */
function hide(text: string): string {
  return text.replace(/[\t-~]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) + 0xe000))
}
