/**
 * A fault switch for tests: while it is shut, nothing gets to the disk.
 *
 * Works across threads: hand `buffer` to the writer.
 */
export interface FlushGate {
  readonly buffer: SharedArrayBuffer
  shut(): void
  open(): void
  /** The writing thread dies at its next commit, as one that runs out of memory does. */
  crash(): void
}

const shut = 1
const open = 0
const crashed = 2

export function createFlushGate(): FlushGate {
  const buffer = new SharedArrayBuffer(4)
  const state = new Int32Array(buffer)
  return {
    buffer,
    shut: () => {
      Atomics.store(state, 0, shut)
    },
    open: () => {
      Atomics.store(state, 0, open)
      Atomics.notify(state, 0)
    },
    crash: () => {
      Atomics.store(state, 0, crashed)
      Atomics.notify(state, 0)
    },
  }
}

/** Blocks this thread until the gate is open. */
export function passFlushGate(buffer: SharedArrayBuffer): void {
  const state = new Int32Array(buffer)
  Atomics.wait(state, 0, shut)
  // In a worker this ends the thread, not the process.
  if (Atomics.load(state, 0) === crashed) process.exit(1)
}
