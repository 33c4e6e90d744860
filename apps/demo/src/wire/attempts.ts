/** Tells which requests are another attempt at the same. */
export interface Attempts {
  /** Counts from 1. */
  of: (request: Request) => number
  /** What is asked next is another attempt. */
  fail: (request: Request) => void
  /** What is asked next is something new. */
  settle: (request: Request) => void
}

export function createAttempts(): Attempts {
  const failures = new Map<string, number>()
  const failuresOf = (request: Request): number => failures.get(nameOf(request)) ?? 0
  return {
    of: (request) => failuresOf(request) + 1,
    fail: (request) => void failures.set(nameOf(request), failuresOf(request) + 1),
    settle: (request) => void failures.delete(nameOf(request)),
  }
}

/** A POST is named by what makes it repeatable; two of the same path are two. */
function nameOf({ method, url, headers }: Request): string {
  return `${method} ${url} ${headers.get('idempotency-key') ?? ''}`
}
