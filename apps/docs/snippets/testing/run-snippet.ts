import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** The address that all pages show. */
const documentedUrl = 'http://127.0.0.1:3000/demo'

export interface RunSnippetOptions {
  /** Replaces the documented address. */
  url?: string
  args?: string[]
  env?: Record<string, string>
}

/**
 * Runs a program of the pages in Node, and returns what it prints.
 *
 * @param path - Below `apps/docs/snippets`.
 * @throws Error with the output if the program fails.
 */
export async function runSnippet(
  path: string,
  options: RunSnippetOptions = {},
): Promise<string> {
  const { url = documentedUrl, args = [], env = {} } = options
  const source = join(folder, path)
  // In the same folder, so that imports of other files work.
  const copy = join(dirname(source), `.run-${randomUUID()}${extname(source)}`)
  writeFileSync(
    copy,
    readFileSync(source, 'utf8').replaceAll(documentedUrl, url),
  )
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=parley-src', copy, ...args],
      { cwd: dirname(source), env: { ...process.env, ...env } },
    )
    return stdout
  } finally {
    rmSync(copy)
  }
}
