import type { Request } from '../../domain/commands.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Reserve } from './reserve.ts'

/** Provides disk space for deletions when the disk is full. */
export interface Room {
  /** True while the reserve is released and cannot be restored: then only deletions are stored. */
  readonly isShort: () => boolean
  /** Tries to restore the reserve in the background. Not called during deletions, as they need the space. */
  readonly recover: () => void
  /** Reclaims the space of the write-ahead log. Returns true: another attempt may succeed. */
  readonly reclaim: () => boolean
  /** Releases the reserve, and reclaims the space of the log. False if there is no reserve. */
  readonly giveUpReserve: () => boolean
}

const freeing: ReadonlySet<Request['name']> = new Set(['deleteMessage', 'deleteConversation', 'deleteUser'])

/** Whether a request frees more space than it takes, so that it is stored even on a full disk. */
export function freesRoom({ name }: Request): boolean {
  return freeing.has(name)
}

const tryAgainMs = 1_000

/** @param reserve - Undefined for an in-memory database. */
export function createRoom(checkpoints: Checkpoints, reserve: Reserve | undefined): Room {
  let isGivenUp = false
  let triedAt = -Infinity
  // Delayed, so that the first requests do not wait for the disk.
  setTimeout(() => {
    if (!isGivenUp) reserve?.hold()
  }, tryAgainMs).unref()

  return {
    isShort: () => {
      if (reserve?.isHeld) isGivenUp = false
      return isGivenUp
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
    giveUpReserve: () => {
      if (!reserve?.isHeld) return false
      reserve.release()
      isGivenUp = true
      checkpoints.run()
      return true
    },
  }
}
