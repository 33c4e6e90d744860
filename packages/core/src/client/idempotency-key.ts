/** Creates a unique key of 104 random bits. It need not be secret, and not every runtime has `crypto`. */
export function createIdempotencyKey(): string {
  return `${Math.random()}${Math.random()}`
}
