/** A key that no other call of the user has: 104 random bits. They need not be secret, and not every runtime has `crypto`. */
export function newIdempotencyKey(): string {
  return `${Math.random()}${Math.random()}`
}
