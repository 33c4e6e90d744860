import type { Request } from '../../domain/commands.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Reserve } from './reserve.ts'

/** Provides disk space for deletions when the disk is full. */
export interface DiskSpace {
  /** True while the reserve is released and cannot be restored: then only deletions are stored. */
  readonly isShort: () => boolean
  /** Tries to restore the reserve in the background. Not called during deletions, as they need the space. */
  readonly recover: () => void
  /** Reclaims the space of the write-ahead log. Returns true: another attempt may succeed. */
  readonly reclaim: () => boolean
  /** Releases the reserve, and reclaims the space of the log. False if there is no reserve. */
  readonly releaseReserve: () => boolean
}

const freeing: ReadonlySet<Request['name']> = new Set(['deleteMessage', 'deleteConversation', 'deleteUser'])

/** Whether a request frees more space than it takes, so that it is stored even on a full disk. */
export function freesSpace({ name }: Request): boolean {
  return freeing.has(name)
}

const tryAgainMs = 1_000

/** @param reserve - Undefined for an in-memory database. */
export function createDiskSpace(checkpoints: Checkpoints, reserve: Reserve | undefined): DiskSpace {
  let isReleased = false
  let triedAt = -Infinity
  // Delayed, so that the first requests do not wait for the disk.
  setTimeout(() => {
    if (!isReleased) reserve?.hold()
  }, tryAgainMs).unref()

  return {
    isShort: () => {
      if (reserve?.isHeld) isReleased = false
      return isReleased
    },
    recover: () => {
      const now = performance.now()
      if (now - triedAt < tryAgainMs) return
      triedAt = now
      reserve?.hold()
    },
    reclaim: () => {
      checkpoints.run()
      return true
    },
    releaseReserve: () => {
      if (!reserve?.isHeld) return false
      reserve.release()
      isReleased = true
      checkpoints.run()
      return true
    },
  }
}
