/**
 * Lets tests block commits, and pause deletion slices.
 *
 * Works across threads: pass `buffer` to the writer thread.
 */
export interface CommitBarrier {
  readonly buffer: SharedArrayBuffer
  /** Commits wait until `unblock` is called. */
  block(): void
  unblock(): void
  /** Ends the writer thread at its next commit, as if it ran out of memory. */
  crash(): void
  /** Pauses pending deletions after `slices` more slices. Default: 0. Deleted content stays hidden. */
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

/** Indices in the buffer. */
const commits = 0
const allowedSlices = 1
const completedSlices = 2
const hasPending = 3

const unlimited = -1

export function createCommitBarrier(): CommitBarrier {
  const buffer = new SharedArrayBuffer(16)
  const state = new Int32Array(buffer)
  const allow = (count: number): void => {
    Atomics.store(state, allowedSlices, count)
    Atomics.notify(state, allowedSlices)
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
      const before = Atomics.load(state, completedSlices)
      allow(1)
      await Atomics.waitAsync(state, completedSlices, before).value
    },
    hasPendingDeletions: () => Atomics.load(state, hasPending) === 1,
    crash: () => {
      Atomics.store(state, commits, crashed)
      Atomics.notify(state, commits)
    },
  }
}

/** Blocks this thread until commits are allowed. */
export function waitAtBarrier(buffer: SharedArrayBuffer): void {
  const state = new Int32Array(buffer)
  Atomics.wait(state, commits, blocked)
  // In a worker this ends the thread, not the process.
  if (Atomics.load(state, commits) === crashed) process.exit(1)
}

/** Whether slices are paused. Then a deletion does not run its first slice in its own transaction. */
export function areDeletionsPaused(buffer: SharedArrayBuffer): boolean {
  return Atomics.load(new Int32Array(buffer), allowedSlices) !== unlimited
}

/** Resolves when a slice is allowed to run. */
export async function waitForSlice(buffer: SharedArrayBuffer): Promise<void> {
  const state = new Int32Array(buffer)
  for (;;) {
    const count = Atomics.load(state, allowedSlices)
    if (count === unlimited) return
    if (count > 0 && Atomics.compareExchange(state, allowedSlices, count, count - 1) === count) return
    if (count === 0) await Atomics.waitAsync(state, allowedSlices, 0).value
  }
}

/** Reports the state of deletions to tests. Call it after each commit. */
export function recordDeletions(
  buffer: SharedArrayBuffer,
  state: { isPending: boolean; isSlice: boolean },
): void {
  const values = new Int32Array(buffer)
  Atomics.store(values, hasPending, state.isPending ? 1 : 0)
  if (!state.isSlice) return
  Atomics.add(values, completedSlices, 1)
  Atomics.notify(values, completedSlices)
}
