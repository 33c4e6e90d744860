/**
 * A fault switch for tests: while it is shut, nothing gets to the disk.
 *
 * Works across threads: hand `buffer` to the writer.
 */
export interface CommitBarrier {
  readonly buffer: SharedArrayBuffer
  block(): void
  unblock(): void
  /** Makes the writing thread die at its next commit, as if it ran out of memory. */
  crash(): void
  /**
   * Pauses pending deletions after `slices` more slices. Deleted content stays hidden.
   */
  pauseDeletions(slices?: number): void
  /** Resumes pending deletions. */
  resumeDeletions(): void
  /** Runs one slice; resolves when it is committed. */
  runSlice(): Promise<void>
  /** Whether rows of pending deletions remain. */
  hasPendingDeletions(): boolean
}

const blocked = 1
const unblocked = 0
const crashed = 2

/** Offsets in the buffer. */
const commits = 0
const slices = 1
const slicesRun = 2
const pending = 3

const unlimited = -1

export function createCommitBarrier(): CommitBarrier {
  const buffer = new SharedArrayBuffer(16)
  const state = new Int32Array(buffer)
  const allow = (count: number): void => {
    Atomics.store(state, slices, count)
    Atomics.notify(state, slices)
  }
  allow(unlimited)
  return {
    buffer,
    block: () => {
      Atomics.store(state, commits, blocked)
    },
    unblock: () => {
      Atomics.store(state, commits, unblocked)
      Atomics.notify(state, commits)
    },
    pauseDeletions: (count = 0) => {
      allow(count)
    },
    resumeDeletions: () => {
      allow(unlimited)
    },
    runSlice: async () => {
      const before = Atomics.load(state, slicesRun)
      allow(1)
      await Atomics.waitAsync(state, slicesRun, before).value
    },
    hasPendingDeletions: () => Atomics.load(state, pending) === 1,
    crash: () => {
      Atomics.store(state, commits, crashed)
      Atomics.notify(state, commits)
    },
  }
}

/** Blocks this thread until the gate is open. */
export function waitAtBarrier(buffer: SharedArrayBuffer): void {
  const state = new Int32Array(buffer)
  Atomics.wait(state, commits, blocked)
  // In a worker this ends the thread, not the process.
  if (Atomics.load(state, commits) === crashed) process.exit(1)
}

/** Whether pending deletions are paused, so that deletions leave all their rows to slices. */
export function areDeletionsPaused(buffer: SharedArrayBuffer): boolean {
  return Atomics.load(new Int32Array(buffer), slices) !== unlimited
}

/** Resolves when a slice may run. */
export async function waitForSlice(buffer: SharedArrayBuffer): Promise<void> {
  const state = new Int32Array(buffer)
  for (;;) {
    const count = Atomics.load(state, slices)
    if (count === unlimited) return
    if (count > 0 && Atomics.compareExchange(state, slices, count, count - 1) === count) return
    if (count === 0) await Atomics.waitAsync(state, slices, 0).value
  }
}

/** Call it after each commit. */
export function recordDeletions(
  buffer: SharedArrayBuffer,
  state: { isPending: boolean; isSlice: boolean },
): void {
  const values = new Int32Array(buffer)
  Atomics.store(values, pending, state.isPending ? 1 : 0)
  if (!state.isSlice) return
  Atomics.add(values, slicesRun, 1)
  Atomics.notify(values, slicesRun)
}
