import { readdirSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import validateName from 'validate-npm-package-name'
import { UsageError } from './usage-error.ts'

/** Entries that an empty folder may have. */
const ignored = ['.git', '.DS_Store']

/**
 * Returns the name of the project in a folder, which is the folder's.
 *
 * @throws UsageError if the name is invalid, or the folder is not empty.
 */
export function checkFolder(folder: string): string {
  const name = basename(resolve(folder))
  const { validForNewPackages, errors = [], warnings = [] } = validateName(name)
  if (!validForNewPackages) {
    const [reason = ''] = [...errors, ...warnings]
    throw new UsageError(
      `Unable to create the project "${name}"; ${reason.replace(/^name /, 'its name ')}. ` +
        'Choose another name, such as my-chat.',
    )
  }
  const entries = listEntries(folder)
  if (entries.length > 0) {
    throw new UsageError(
      `Unable to create a project in ${folder}; the folder is not empty: it contains ${entries[0]}. ` +
        'Choose another folder, or empty this one.',
    )
  }
  return name
}

function listEntries(folder: string): string[] {
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (!stats) return []
  if (!stats.isDirectory()) {
    throw new UsageError(`Unable to create a project in ${folder}; it is a file. Choose another folder.`)
  }
  return readdirSync(folder).filter((entry) => !ignored.includes(entry))
}
