/** A key that no other message of the user has. It is no secret, and some runtimes have no `crypto`. */
export function createKey(): string {
  const part = (): string => Math.random().toString(36).slice(2)
  return part() + part()
}
