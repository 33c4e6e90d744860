import type { CommandRequest } from '../../domain/commands.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { ReserveFile } from './reserve-file.ts'

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
