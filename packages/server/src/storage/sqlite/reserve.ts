import { randomFillSync } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'

/**
 * A file that keeps some room on the disk. On a full one it is given up for deletions: each has to write before it
 * frees anything.
 */
export interface Reserve {
  /** False once it has been given up, while it is written, or if there was no room for it. */
  readonly isHeld: boolean
  /** Writes it in the background. */
  hold(): void
  release(): void
  /** Leaves it as it is; what is half written goes. */
  stop(): void
}

/** What moving the write-ahead log into the file can take, 16 MiB, and what deleting the largest message does. */
const reservedBytes = 20 * 1024 * 1024
const chunkBytes = 1024 * 1024

export function createReserve(path: string): Reserve {
  let isHeld = statSync(path, { throwIfNoEntry: false })?.size === reservedBytes
  let isWriting = false
  let isStopped = false
  const release = (): void => {
    isHeld = false
    rmSync(path, { force: true })
  }

  const write = async (): Promise<void> => {
    await using file = await open(path, 'w', 0o600)
    // Random, as some file systems keep no room for zeros.
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
      // There is no room for it.
    }
    if (!isHeld) release()
    isWriting = false
  }

  return {
    get isHeld() {
      return isHeld
    },
    hold: () => {
      if (!isHeld && !isWriting && !isStopped) void writeAll()
    },
    release,
    stop: () => {
      isStopped = true
    },
  }
}
