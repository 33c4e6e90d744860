import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { documentedUrl, readSnippet, snippetsFolder } from './snippet-source.ts'

export interface RunSnippetOptions {
  /** Replaces the documented address. */
  url?: string
  args?: string[]
  env?: Record<string, string>
}

export interface SnippetRun {
  code: number
  stdout: string
  stderr: string
}

/**
 * Runs a program of the pages in Node, until it ends.
 *
 * @param path - Below `apps/docs/snippets`.
 */
export async function runSnippet(
  path: string,
  options: RunSnippetOptions = {},
): Promise<SnippetRun> {
  const { url = documentedUrl, args = [], env = {} } = options
  const folder = join(snippetsFolder, dirname(path))
  // In the same folder, so that imports of other files work.
  const copy = join(folder, `.run-${randomUUID()}${extname(path)}`)
  writeFileSync(copy, readSnippet(path, url))
  try {
    return await new Promise((resolve) => {
      execFile(
        process.execPath,
        ['--conditions=parley-src', copy, ...args],
        { cwd: folder, env: { ...process.env, ...env } },
        (error, stdout, stderr) => {
          resolve({
            code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
            stdout,
            stderr,
          })
        },
      )
    })
  } finally {
    rmSync(copy)
  }
}
