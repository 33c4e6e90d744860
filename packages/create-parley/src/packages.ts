import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from './usage-error.ts'

const names = ['core', 'rx', 'react', 'server', 'cli'] as const

/** The version that the repository has until the first release. */
const unreleased = '0.0.0'
const howToPack =
  'In a clone of Parley, run "npm run pack", and pass the folder tarballs of the clone: --packages <folder>.'

/** Where a project gets the packages of Parley from: tarballs by the name of their package, or npm. */
export type PackageSource = { readonly tarballs: Record<string, string> } | { readonly range: string }

/**
 * Finds the packages of a version.
 *
 * @throws UsageError if nothing is on npm yet and there are no tarballs, or one is missing.
 */
export function findPackages(folder: string | undefined, version: string): PackageSource {
  if (folder === undefined) {
    if (version !== unreleased) return { range: `^${version}` }
    throw new UsageError(
      `Unable to create a project; the packages of Parley are not on npm yet. ${howToPack}`,
    )
  }
  const tarballs = Object.fromEntries(
    names.map((name) => [`@parley/${name}`, join(folder, `parley-${name}-${version}.tgz`)]),
  )
  const missing = Object.values(tarballs).find((path) => !existsSync(path))
  if (missing !== undefined) {
    throw new UsageError(`Unable to create a project; ${missing} does not exist. ${howToPack}`)
  }
  return { tarballs }
}
