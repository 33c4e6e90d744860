import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of all programs that the pages show. */
export const snippetsFolder: string = fileURLToPath(
  new URL('..', import.meta.url),
)

/** The address that all pages show. */
export const documentedUrl = 'http://127.0.0.1:3000/demo'

/** Reads a program, with another address. */
export function readSnippet(path: string, url: string): string {
  return readFileSync(join(snippetsFolder, path), 'utf8').replaceAll(
    documentedUrl,
    url,
  )
}
