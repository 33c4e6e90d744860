import { randomFillSync } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'

/**
 * A file that keeps some room on the disk. On a full one it is given up for deletions: each has to write before it frees anything.
 */
export interface Reserve {
  /** False once it has been given up, or if there was no room for it. */
  readonly isHeld: boolean
  /** True if there is room again. */
  hold(): boolean
  release(): void
}

/** What moving the write-ahead log into the file can take, 16 MiB, and what deleting the largest message does. */
const reservedBytes = 20 * 1024 * 1024

export function createReserve(path: string): Reserve {
  let isHeld = statSync(path, { throwIfNoEntry: false })?.size === reservedBytes
  const release = (): void => {
    isHeld = false
    rmSync(path, { force: true })
  }
  return {
    get isHeld() {
      return isHeld
    },
    hold: () => {
      if (isHeld) return true
      try {
        const file = openSync(path, 'w', 0o600)
        try {
          // Random, as some file systems keep no room for zeros.
          const bytes = randomFillSync(Buffer.alloc(reservedBytes))
          for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
          fsyncSync(file)
        } finally {
          closeSync(file)
        }
        isHeld = true
      } catch {
        release()
      }
      return isHeld
    },
    release,
  }
}
