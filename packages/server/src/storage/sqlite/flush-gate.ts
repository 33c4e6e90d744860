/**
 * A fault switch for tests: while it is shut, nothing gets to the disk.
 *
 * Works across threads: hand `buffer` to the writer.
 */
export interface FlushGate {
  readonly buffer: SharedArrayBuffer
  shut(): void
  open(): void
}

const shut = 1
const open = 0

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
  }
}

/** Blocks this thread until the gate is open. */
export function passFlushGate(buffer: SharedArrayBuffer): void {
  Atomics.wait(new Int32Array(buffer), 0, shut)
}
