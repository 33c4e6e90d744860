import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

/** Makes an id such as `user_01J…`: prefixed, unique, and sortable by the time it was made. */
export function newId(prefix: 'user' | 'conv' | 'err' | 'stream' | 'req'): string {
  return `${prefix}_${next()}`
}
