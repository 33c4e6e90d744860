import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CommandInput, CommandName, CommandResult, CommandRequest } from '../../domain/commands.ts'
import type { IdempotencyKey } from '../../domain/idempotency.ts'
import type { Logger } from '../../logger.ts'
import type { Storage } from '../storage.ts'
import type { CommitBarrier } from './commit-barrier.ts'
import { lockDatabase } from './database-lock.ts'
import { identifyFiles } from './file-identity.ts'
import { createMessagePageRenderer } from './message-page-renderer.ts'
import { createPageReader } from './page-reader.ts'
import { readingPragmas } from './schema.ts'
import { createSqliteQueries } from './sqlite-queries.ts'
import { createStorageProblemLog } from './storage-problem-log.ts'
import { toStorageProblem, unavailableError } from './storage-problem.ts'
import { startWriter } from './writer.ts'

export interface SqliteStorageOptions {
  /** A file, made if it is not there, or `:memory:` for one that ends with the server. */
  readonly path: string
  /** False leaves it to the operating system when what was committed gets to the disk. Default: true. */
  readonly isDurable?: boolean | undefined
  readonly commitBarrier?: CommitBarrier | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
  readonly logger?: Logger | undefined
}

const fileCheckIntervalMs = 1_000

/**
 * Opens a database file: a thread of its own writes, this one reads, with the help of a third where many ask for pages.
 *
 * @throws Error if another server uses the file, or it cannot be opened or written.
 */
export async function openSqliteStorage(options: SqliteStorageOptions): Promise<Storage> {
  const isFile = options.path !== ':memory:'
  const isDurable = isFile && options.isDurable !== false
  // Two threads cannot share a database in memory, so it is a file without flushes that is deleted at the end.
  const folder = isFile ? undefined : mkdtempSync(join(tmpdir(), 'parley-'))
  const path = folder === undefined ? resolve(options.path) : join(folder, 'parley.db')
  const removeFolder = (): void => {
    process.off('exit', removeFolder)
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', removeFolder)

  let lock: Disposable | undefined
  try {
    ensureFolder(dirname(path))
    lock = lockDatabase(path)
    // Not earlier: closing a file releases all locks that this process holds on it.
    requireWritable(path)
    const problems = createStorageProblemLog(options.logger)
    const writer = await startWriter({
      path,
      isDurable,
      commitBarrier: options.commitBarrier?.buffer,
      now: options.now ?? Date.now,
      problems,
      logger: options.logger,
    })
    const database = new DatabaseSync(path, { readOnly: true })
    database.exec(readingPragmas)
    const pages = createPageReader({
      path,
      renderLocally: createMessagePageRenderer(database),
      onThreadFailure: (error) => {
        options.logger?.warn({ err: error }, 'the page reader thread failed; it will be restarted')
      },
    })
    const reads = createSqliteQueries(database, pages)
    writer.onCommit((effects) => {
      reads.onCommit(effects)
    })
    const held = lock
    const files = identifyFiles(path)
    // The writing thread checks before each commit; this also informs the operator while nothing is written.
    const watcher = setInterval(() => {
      if (!files.isIntact()) problems.report('missing', path)
    }, fileCheckIntervalMs).unref()

    return {
      queries: reads,
      execute: <Name extends CommandName>(name: Name, input: CommandInput<Name>, once?: IdempotencyKey) =>
        writer.execute({ name, input, idempotencyKey: once } as CommandRequest) as Promise<
          CommandResult<Name>
        >,
      onCommit: (listener) => {
        writer.onCommit((effects) => {
          reads.onCommit(effects)
          listener(effects)
        })
      },
      toApiError: (fault) => {
        const problem = toStorageProblem(fault)
        if (!problem) return undefined
        problems.report(problem, String(fault))
        return unavailableError(problem, { cause: fault })
      },
      onFailure: (listener) => {
        writer.onFailure(listener)
      },
      close: async () => {
        clearInterval(watcher)
        await writer.flush()
        await pages.close()
        // The last to close takes what is in the write-ahead log over into the file; one that only reads could not.
        database.close()
        await writer.close()
        held[Symbol.dispose]()
        removeFolder()
      },
      kill: async () => {
        clearInterval(watcher)
        await Promise.all([writer.kill(), pages.close()])
        database.close()
        held[Symbol.dispose]()
        removeFolder()
      },
    }
  } catch (cause) {
    lock?.[Symbol.dispose]()
    removeFolder()
    throw new Error(`Unable to open the database ${options.path}; ${errorMessage(cause)}.`, { cause })
  }
}

/** One level only: a mistyped path should not leave a trail of folders. */
function ensureFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path)
  // Asked by ourselves, as SQLite does not say what is wrong.
  try {
    accessSync(path, constants.W_OK)
  } catch (cause) {
    throw new Error(`the folder ${path} cannot be written. Choose another, or let this user write there`, {
      cause,
    })
  }
}

/** Opens the file for writing, as SQLite would open a read-only one and fail at the first write. */
function requireWritable(path: string): void {
  if (!existsSync(path)) return
  try {
    closeSync(openSync(path, 'r+'))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const reason =
      code === 'EROFS'
        ? 'its file system is read-only. Mount it writable, or choose another file'
        : code === 'EISDIR'
          ? 'it is a folder. Choose a file in it'
          : code === 'EACCES' || code === 'EPERM'
            ? 'this user may not read and write it. Make the user who runs the server its owner (chown), with mode 600'
            : errorMessage(cause)
    throw new Error(reason, { cause })
  }
}

function errorMessage(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
