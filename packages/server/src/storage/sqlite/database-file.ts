import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  realpathSync,
  statSync,
} from 'node:fs'

/** Checks whether the files of an open database are still at their path: SQLite keeps using a removed file. */
export interface FileIdentity {
  isIntact(): boolean
}

/** @param path - Path of an open database in WAL mode. */
export function identifyFiles(path: string): FileIdentity {
  const realPath = realpathSync(path)
  const files = [realPath, `${realPath}-wal`].map((file) => ({ file, identity: readIdentity(file) }))
  return { isIntact: () => files.every(({ file, identity }) => readIdentity(file) === identity) }
}

function readIdentity(file: string): bigint | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true })
    return ino + (dev << 64n)
  } catch {
    // A missing or inaccessible file is not the open file.
    return undefined
  }
}

/** Creates the folder, but not its parents, as the path may be mistyped. */
export function ensureFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path)
  // SQLite would not report the reason.
  try {
    accessSync(path, constants.W_OK)
  } catch (cause) {
    const reason = `the folder ${path} is not writable. Choose another folder, or give this user write permission`
    throw new Error(reason, { cause })
  }
}

/** Checks that the file is writable, as SQLite would open a read-only file and fail at the first write. */
export function requireWritable(path: string): void {
  if (!existsSync(path)) return
  try {
    closeSync(openSync(path, 'r+'))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const reason =
      code === 'EROFS'
        ? 'its file system is read-only. Mount it as writable, or choose another file'
        : code === 'EISDIR'
          ? 'it is a folder. Choose a file'
          : code === 'EACCES' || code === 'EPERM'
            ? 'this user may not read and write it. Make this user its owner (chown), with mode 600'
            : errorMessage(cause)
    throw new Error(reason, { cause })
  }
}

/** The message of a caught error. */
export function errorMessage(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
