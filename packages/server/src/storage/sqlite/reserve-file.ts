import { randomFillSync } from 'node:crypto'
import { rmSync, statfsSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * A file that reserves disk space. When the disk is full, it is removed for deletions, which must write before they
 * free space.
 */
export interface ReserveFile {
  /** False after its release, while it is being written, or if there was no space for it. */
  readonly isAllocated: boolean
  /** Writes it in the background. */
  allocate(): void
  release(): void
  /** Keeps a complete reserve file; removes an incomplete one. */
  stop(): void
}

/** Enough to checkpoint the write-ahead log (16 MiB) and to delete the largest message. */
const reservedBytes = 20 * 1024 * 1024
const chunkBytes = 1024 * 1024

/** Space to leave free: with less, writing the reserve would fill the disk. */
const minFreeBytes = 4 * 1024 * 1024

/** @param freeBytes - The free space of the disk. Default: asks the file system. */
export function createReserveFile(
  path: string,
  freeBytes: () => number = () => freeBytesAt(path),
): ReserveFile {
  let isHeld = statSync(path, { throwIfNoEntry: false })?.size === reservedBytes
  let isWriting = false
  let isStopped = false
  const release = (): void => {
    isHeld = false
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
      isHeld = !isStopped
    } catch {
      // There is no space for it.
    }
    if (!isHeld) release()
    isWriting = false
  }

  return {
    get isAllocated() {
      return isHeld
    },
    allocate: () => {
      if (isHeld || isWriting || isStopped || freeBytes() < reservedBytes + minFreeBytes) return
      void writeAll()
    },
    release,
    stop: () => {
      isStopped = true
    },
  }
}

function freeBytesAt(path: string): number {
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize
  } catch {
    // The file system does not report it; writing the file shows whether there is space.
    return Infinity
  }
}
