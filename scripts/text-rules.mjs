const maxLineLength = 120

/** Phrases that plain technical English avoids. Archaic single words are `flagWords` in `cspell.config.yaml`. */
const phrases = {
  'for ever': 'forever',
  'so long as': 'while, if',
  'as far as is known': 'name the source instead',
  'comes to nothing': 'has no effect, is ignored',
  'stands or falls': 'succeeds or fails',
  'is to be had': 'is available',
  'takes part in': 'is a participant of',
  'no retry can': 'a permanent error',
  'this very': 'this',
}

const phrasePattern = new RegExp(String.raw`\b(${Object.keys(phrases).join('|')})\b`, 'gi')

/**
 * The problems of one file, as `line: message`: phrases to avoid, and lines of more than 120 characters.
 *
 * @param {string} path - Its extension decides which lines are exempt.
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
