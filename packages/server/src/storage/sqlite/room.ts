import type { Request } from '../../domain/commands.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Reserve } from './reserve.ts'

/** Room on the disk for those who need it most when it is full: deletions. */
export interface Room {
  /** True while the reserve is given up and there is no room for it again: then only deletions may be stored. */
  readonly isShort: () => boolean
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
  const hold = (): boolean => {
    const now = performance.now()
    if (now - triedAt < tryAgainMs) return false
    triedAt = now
    return reserve?.hold() ?? false
  }
  // Not at once: the first requests are not to wait for it.
  setTimeout(() => {
    if (!isGivenUp) hold()
  }, tryAgainMs).unref()

  return {
    isShort: () => {
      if (isGivenUp) isGivenUp = !hold()
      return isGivenUp
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
