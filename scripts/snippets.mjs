// Copies the code of the documentation from the programs that contain it. `npm run docs:snippets` runs this file.
//
// A code block names its source, a path from the root of the repository, and optionally a region of it:
// ```ts file="apps/docs/snippets/start/core.ts#send"
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './run.mjs'

/** Code blocks in these languages must name their source, so that tests run the code or check its types. */
const languagesWithSource = new Set(['ts', 'tsx', 'js', 'jsx', 'mjs', 'vue', 'svelte', 'json', 'nginx'])

/** Paths of the files of the repository, including new ones. */
export function listFiles(...patterns) {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns]
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).trim().split('\n')
  return files.filter((file) => existsSync(join(root, file)))
}

/**
 * Updates the code blocks of a page.
 *
 * @param {string} text - Markdown.
 * @param {(path: string) => string} read - Reads a file of the repository.
 * @returns {{ text: string, sources: string[], problems: string[] }} The updated page, the files that it shows, and
 * the code blocks without a source.
 */
export function updateSnippets(text, read) {
  const sources = []
  const problems = []
  const updated = text.replaceAll(
    /^(```+)(\w+)?(.*)\n([\s\S]*?)^\1$/gm,
    (block, fence, language, info, code) => {
      const source = /\bfile="([^"]+)"/.exec(info)?.[1]
      if (!source) {
        if (languagesWithSource.has(language)) problems.push(`${language}: ${code.split('\n')[0]}`)
        return block
      }
      const [path, region] = source.split('#')
      sources.push(path)
      return `${fence}${language}${info}\n${extractRegion(read(path), region, source)}\n${fence}`
    },
  )
  return { text: updated, sources, problems }
}

/** Returns the lines between `#region name` and `#endregion`, or the whole file without such marks. */
function extractRegion(code, region, source) {
  const lines = code.trimEnd().split('\n')
  const isMark = (line) => /#(end)?region\b/.test(line)
  if (region === undefined) return lines.filter((line) => !isMark(line)).join('\n')

  const start = lines.findIndex((line) =>
    new RegExp(`#region ${region}$`).test(line.replace(/\s*(\*\/\}?|-->)$/, '')),
  )
  const end = lines.findIndex((line, index) => index > start && /#endregion\b/.test(line))
  if (start < 0 || end < 0)
    throw new Error(`Unable to find the region ${source}; add "#region ${region}" to the file.`)
  const inside = lines.slice(start + 1, end)
  const indents = inside.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  return inside
    .map((line) => line.slice(Math.min(...indents)))
    .join('\n')
    .trim()
}

/** Updates all pages, and returns the paths of those that changed. */
export function updateAllPages({ write }) {
  return listFiles('*.md').filter((page) => {
    const path = join(root, page)
    const text = readFileSync(path, 'utf8')
    const { text: updated } = updateSnippets(text, (file) => readFileSync(join(root, file), 'utf8'))
    if (updated !== text && write) writeFileSync(path, updated)
    return updated !== text
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const page of updateAllPages({ write: true })) console.log(page)
}
