import phrases from './avoided-phrases.json' with { type: 'json' }

const maxLineLength = 120

const phrasePattern = new RegExp(String.raw`\b(${Object.keys(phrases).join('|')})\b`, 'gi')

/**
 * Finds the phrases of `avoided-phrases.json` and lines of more than 120 characters. Archaic single words are
 * `flagWords` in `cspell.config.yaml`.
 *
 * @param {string} path - The extension determines which long lines are exempt.
 * @param {string} text
 * @returns {{ line: number, message: string }[]}
 */
export function findTextProblems(path, text) {
  const lines = text.split('\n')
  return [
    ...lines.flatMap((line, index) => findPhrases(line, lines[index + 1] ?? '', index + 1)),
    ...lines.flatMap((line, index) => checkLength(path, line, index + 1)),
  ].sort((a, b) => a.line - b.line)
}

/** Finds phrases that start on this line, including those that continue on the next one. */
function findPhrases(line, nextLine, number) {
  const continued = nextLine.replace(/^[\s*/>#-]+/, '')
  const found = [...`${line.trimEnd()} ${continued}`.matchAll(phrasePattern)]
  return found
    .filter(({ index }) => index < line.length)
    .map(([phrase]) => ({
      line: number,
      message: `Avoid "${phrase}"; suggestion: ${phrases[phrase.toLowerCase()]}`,
    }))
}

function checkLength(path, line, number) {
  if (line.length <= maxLineLength || isExempt(path, line)) return []
  return [{ line: number, message: `Line has ${line.length} characters; the limit is ${maxLineLength}` }]
}

function isExempt(path, line) {
  if (path.endsWith('.md') && line.startsWith('|')) return true
  const breakable = line.replaceAll(/https?:\/\/[^\s)>'"`]+/g, '')
  if (path.endsWith('.tsx')) return withoutAttributes(breakable).length <= maxLineLength || isClassList(line)
  return breakable.length <= maxLineLength
}

/** Removes Tailwind class lists and SVG paths, which cannot be wrapped. */
function withoutAttributes(line) {
  return line.replaceAll(/\b(className|d)=("[^"]*"|\{`[^`]*`\})/g, '')
}

/** True for a line that is one string of Tailwind classes. */
function isClassList(line) {
  return /^\s*(['"`])[^A-Z'"`]*-[^A-Z'"`]*\1[,;]?$/.test(line) && !/[,.] /.test(line)
}
