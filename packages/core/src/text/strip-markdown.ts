const fencedCode = /^[ \t>]*(`{3,}|~{3,})(?!~)[^`\n]*\n([^]*?)(?:\n[ \t>]*\1[`~]*[ \t]*$|(?![^]))/
const inlineCode = /(?<ticks>`+)(?:([^`]+)\k<ticks>(?!`))?/
const escapedCharacter = /\\([!-/:-@[-`{-~])/
/** The parts of a document whose content is not Markdown syntax. */
const literals = new RegExp(
  [fencedCode, inlineCode, escapedCharacter].map(({ source }) => source).join('|'),
  'gm',
)
const link = /!?\[([^[\]]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)/g
const emphasis =
  /(\*{1,3})(?=\S)([^*]*[^*\s])\1|(^|[^\p{L}\p{N}_])(_{1,3})(?=\S)([^_]*[^_\s])\4(?![\p{L}\p{N}_])|~~([^~]+)~~/gu

/**
 * Removes the syntax of a Markdown document, and keeps code unchanged. Supports the syntax that people and models
 * commonly write, not the whole grammar, and leaves other syntax in place. Takes linear time for any input: no
 * pattern backtracks excessively.
 */
export function stripMarkdown(markdown: string): string {
  let text = markdown
    .replace(/\r\n?/g, '\n')
    .replace(literals, (literal, _fence, block?: string, _ticks?, code?: string, escaped?: string) =>
      hide(block ?? code ?? escaped ?? literal),
    )
    .replace(/<(?:(https?:[^<>\s]+)|[/!a-z][^<>]*)>/gi, '$1')
    // Heading underlines, thematic breaks, and the delimiter row of a table.
    .replace(/^[|:> \t]*(?:[-=*_][|: \t]*){3,}$\n?/gm, '')
    .replace(/^(?:[ \t]*>)*[ \t]*(?:[-*+][ \t]+(?:\[[ x]\][ \t]+)?)*(?:#{1,6}[ \t]+)?/gim, '')
    .split('\n')
    .map((line) => (line.startsWith('|') ? line.split('|').filter(isText).map(trim).join(', ') : trim(line)))
    .join('\n')
  // Emphasis and links nest: strip them from the inside out, three levels deep.
  for (let depth = 0; depth < 3; depth++) text = text.replace(link, '$1').replace(emphasis, '$2$3$5$6')
  return text
    .replace(/\n{3,}/g, '\n\n')
    .trim()
    .replace(/[\uE000-\uE07F]/g, (hidden) => String.fromCharCode(hidden.charCodeAt(0) - 0xe000))
}

const trim = (text: string): string => text.trim()
const isText = (text: string): boolean => trim(text) !== ''

/** Maps ASCII to private-use characters, which no pattern matches. The last step maps them back. */
function hide(text: string): string {
  return text.replace(/[\t-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xe000))
}
