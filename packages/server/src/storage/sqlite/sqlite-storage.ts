import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Storage } from '../../domain/storage.ts'
import type { Logger } from '../../logger.ts'
import type { CommitBarrier } from '../commit-barrier.ts'
import { ensureFolder, errorMessage, identifyFiles, requireWritable } from './database-file.ts'
import { lockDatabase } from './database-lock.ts'
import { DatabaseSync } from './database-sync.ts'
import { createMessagePageRenderer } from './message-pages.ts'
import { createPageReader } from './page-reader.ts'
import { readingPragmas } from './schema.ts'
import { createSqliteQueries } from './sqlite-queries.ts'
import { createStorageProblemLog, toStorageProblem, unavailableError } from './storage-problem.ts'
import { startWriter } from './writer.ts'

export interface SqliteStorageOptions {
  /** Path of a file, created if it does not exist, or `:memory:` for a database that is deleted on close. */
  readonly path: string
  /** False does not wait until commits reach the disk. Default: true. */
  readonly isDurable?: boolean | undefined
  readonly commitBarrier?: CommitBarrier | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
  readonly logger?: Logger | undefined
}

export interface SqliteStorage extends Storage {
  /** Closes the database like a crash: uncommitted changes are lost. For tests. */
  kill(): Promise<void>
}

const fileCheckIntervalMs = 1_000

/**
 * Opens a database file. A separate thread writes; this thread reads. Under high load, a third thread reads pages of
 * messages.
 *
 * @throws Error if another server uses the file, or it cannot be opened or written.
 */
export async function openSqliteStorage(options: SqliteStorageOptions): Promise<SqliteStorage> {
  const isFile = options.path !== ':memory:'
  const isDurable = isFile && options.isDurable !== false
  // Threads cannot share an in-memory database, so this is a temporary file that is never flushed.
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
    // Only after locking: closing a file releases all locks of this process on it.
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
    const queries = createSqliteQueries(database, pages)
    writer.onCommit((changes) => {
      queries.onCommit(changes)
    })
    const heldLock = lock
    const files = identifyFiles(path)
    // The writer thread checks this for each batch. This check also informs the operator while nothing is written.
    const watcher = setInterval(() => {
      if (!files.isIntact()) problems.report('missing', path)
    }, fileCheckIntervalMs).unref()

    return {
      queries,
      execute: writer.execute,
      onCommit: (listener) => {
        writer.onCommit((changes) => {
          queries.onCommit(changes)
          listener(changes)
        })
      },
      toApiError: (error) => {
        const problem = toStorageProblem(error)
        if (!problem) return undefined
        problems.report(problem, String(error))
        return unavailableError(problem, { cause: error })
      },
      onFailure: writer.onFailure,
      close: async () => {
        clearInterval(watcher)
        await writer.flush()
        await pages.close()
        // Closes the writing connection last: the last one to close runs a checkpoint, which a read-only one cannot.
        database.close()
        await writer.close()
        heldLock[Symbol.dispose]()
        removeFolder()
      },
      kill: async () => {
        clearInterval(watcher)
        await Promise.all([writer.kill(), pages.close()])
        database.close()
        heldLock[Symbol.dispose]()
        removeFolder()
      },
    }
  } catch (cause) {
    lock?.[Symbol.dispose]()
    removeFolder()
    throw new Error(`Unable to open the database ${options.path}; ${errorMessage(cause)}.`, { cause })
  }
}
