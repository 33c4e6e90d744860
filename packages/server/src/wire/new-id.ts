import { randomFillSync } from 'node:crypto'
import { ulid } from 'ulid'

const pool = new Uint8Array(1024)
let used = pool.length

/** A random fraction. The operating system is asked for many at once: each question costs a microsecond. */
function random(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return (pool[used++] ?? 0) / 256
}

/**
 * Makes an id such as `user_01J…`: prefixed, unique, and sortable by the millisecond in which it was made.
 *
 * Each has 80 random bits of its own. The monotonic ids of the same library count up within a millisecond: one would
 * give the next.
 */
export function newId(prefix: 'user' | 'conv' | 'err' | 'stream' | 'req'): string {
  return `${prefix}_${ulid(undefined, random)}`
}
