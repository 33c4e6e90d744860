import { randomFillSync } from 'node:crypto'
import { ulid } from 'ulid'

const pool = new Uint8Array(1024)
let used = pool.length

/** Returns a random fraction. Fetches random bytes in bulk, as each system call costs a microsecond. */
function random(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return (pool[used++] ?? 0) / 256
}

/**
 * Creates an id such as `user_01J…`: prefixed, unique, and sortable by its millisecond of creation.
 *
 * Each id has 80 random bits. The monotonic ids of the `ulid` library would be predictable: within a millisecond, they
 * are consecutive.
 */
export function newId(prefix: 'user' | 'conv' | 'err' | 'stream' | 'req'): string {
  return `${prefix}_${ulid(undefined, random)}`
}
