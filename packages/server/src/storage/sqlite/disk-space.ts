import { randomFillSync } from 'node:crypto'
import { rmSync, statfsSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CommandRequest } from '../../domain/commands.ts'
import type { Checkpoints } from './checkpoints.ts'

/** Provides space for deletions on a full disk. */
export interface DiskSpace {
  /** True while the reserve file is released: then only deletions are stored. */
  readonly isShort: () => boolean
  /** Tries to restore the reserve file in the background. Do not call it during deletions, which need the space. */
  readonly restoreReserve: () => void
  /** Reclaims the space of the write-ahead log. Always returns true, as a retry may succeed. */
  readonly reclaimLog: () => boolean
  /** Releases the reserve file, and reclaims the space of the log. Returns false if there is no reserve file. */
  readonly releaseReserve: () => boolean
}

const spaceFreeingCommands: ReadonlySet<CommandRequest['name']> = new Set([
  'deleteMessage',
  'deleteConversation',
  'deleteUser',
])

/** Whether a request frees more space than it needs. Such requests are processed even on a full disk. */
export function freesSpace({ name }: CommandRequest): boolean {
  return spaceFreeingCommands.has(name)
}

const retryIntervalMs = 1_000

/** @param reserve - Undefined for an in-memory database. */
export function createDiskSpace(checkpoints: Checkpoints, reserve: ReserveFile | undefined): DiskSpace {
  let isReleased = false
  let triedAt = -Infinity
  // Delayed, so that the first requests do not wait for the disk.
  setTimeout(() => {
    if (!isReleased) reserve?.allocate()
  }, retryIntervalMs).unref()

  return {
    isShort: () => {
      if (reserve?.isAllocated) isReleased = false
      return isReleased
    },
    restoreReserve: () => {
      const now = performance.now()
      if (now - triedAt < retryIntervalMs) return
      triedAt = now
      reserve?.allocate()
    },
    reclaimLog: () => {
      checkpoints.run()
      return true
    },
    releaseReserve: () => {
      if (!reserve?.isAllocated) return false
      reserve.release()
      isReleased = true
      checkpoints.run()
      return true
    },
  }
}

/**
 * A file that reserves disk space. It is removed when the disk is full, as deletions must write before they free space.
 */
export interface ReserveFile {
  /** False after its release, while it is written, or if there was not enough space. */
  readonly isAllocated: boolean
  /** Writes the file in the background. */
  allocate(): void
  /** Removes the file. */
  release(): void
  /** Keeps a complete reserve file; removes an incomplete one. */
  stop(): void
}

/** Enough to checkpoint the write-ahead log (16 MiB) and to delete the largest message. */
const reservedBytes = 20 * 1024 * 1024
const chunkBytes = 1024 * 1024

/** Free space that must remain after writing the reserve file. */
const minFreeBytes = 4 * 1024 * 1024

/** @param freeBytes - Returns the free space of the disk. Default: from the file system. */
export function createReserveFile(
  path: string,
  freeBytes: () => number = () => readFreeBytes(path),
): ReserveFile {
  let isAllocated = statSync(path, { throwIfNoEntry: false })?.size === reservedBytes
  let isWriting = false
  let isStopped = false
  const release = (): void => {
    isAllocated = false
    rmSync(path, { force: true })
  }

  const write = async (): Promise<void> => {
    await using file = await open(path, 'w', 0o600)
    // Random data, as some file systems do not allocate space for zeros.
    const chunk = randomFillSync(Buffer.alloc(chunkBytes))
    for (let done = 0; done < reservedBytes && !isStopped; done += chunkBytes) await file.writeFile(chunk)
    await file.sync()
  }

  const writeAll = async (): Promise<void> => {
    isWriting = true
    try {
      await write()
      isAllocated = !isStopped
    } catch {
      // There is not enough space.
    }
    if (!isAllocated) release()
    isWriting = false
  }

  return {
    get isAllocated() {
      return isAllocated
    },
    allocate: () => {
      if (isAllocated || isWriting || isStopped || freeBytes() < reservedBytes + minFreeBytes) return
      void writeAll()
    },
    release,
    stop: () => {
      isStopped = true
    },
  }
}

function readFreeBytes(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize
  } catch {
    // Some file systems do not report free space. Then writing the file shows whether it fits.
    return Infinity
  }
}
