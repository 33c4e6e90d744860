import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Files } from './plan-project.ts'

/**
 * Writes all files into a folder, which it creates if necessary, or none. Synchronous, so that the handlers of signals
 * run afterwards.
 *
 * @throws Error if the folder cannot be written. Then it is as it was before.
 */
export function writeProject(folder: string, files: Files): void {
  const created: string[] = []
  const create = (path: string): void => {
    if (existsSync(path)) return
    create(dirname(path))
    mkdirSync(path)
    created.push(path)
  }
  try {
    for (const [path, content] of files) {
      const file = join(folder, path)
      create(dirname(file))
      created.push(file)
      writeFileSync(file, content, { flag: 'wx' })
    }
  } catch (cause) {
    for (const path of created.toReversed()) rmSync(path, { recursive: true, force: true })
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`Unable to write the project; ${reason}. Nothing was written.`, { cause })
  }
}
