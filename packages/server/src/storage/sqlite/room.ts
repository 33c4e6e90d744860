import type { Request } from '../../domain/commands.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Reserve } from './reserve.ts'

/** Room on the disk for those who need it most when it is full: deletions. */
export interface Room {
  /** True while the reserve is given up and there is no room for it again: then only deletions may be stored. */
  readonly isShort: () => boolean
  /** Tries to hold the reserve again, in the background. Not while only deletions come: they need the room. */
  readonly recover: () => void
  /** Takes back what the write-ahead log holds. True: it is worth another attempt. */
  readonly reclaim: () => boolean
  /** Gives up the reserve, and takes back what the log holds. False if there is no reserve. */
  readonly giveUpReserve: () => boolean
}

const freeing: ReadonlySet<Request['name']> = new Set(['deleteMessage', 'deleteConversation', 'deleteUser'])

/** Whether a request is stored on a full disk as well, as it frees more than it takes. */
export function freesRoom({ name }: Request): boolean {
  return freeing.has(name)
}

const tryAgainMs = 1_000

/** @param reserve - Undefined for a database that ends with the process. */
export function createRoom(checkpoints: Checkpoints, reserve: Reserve | undefined): Room {
  let isGivenUp = false
  let triedAt = -Infinity
  // Not at once: the first requests are not to wait for the disk.
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
