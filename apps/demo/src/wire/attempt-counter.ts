/** Counts the attempts of repeated requests. */
export interface AttemptCounter {
  /** Returns the number of the attempt, from 1. */
  getAttempt: (request: Request) => number
  /** Counts the next such request as another attempt. */
  recordFailure: (request: Request) => void
  /** Counts the next such request as a first attempt. */
  reset: (request: Request) => void
}

export function createAttemptCounter(): AttemptCounter {
  const failures = new Map<string, number>()
  const countFailures = (request: Request): number => failures.get(getRequestKey(request)) ?? 0
  return {
    getAttempt: (request) => countFailures(request) + 1,
    recordFailure: (request) => void failures.set(getRequestKey(request), countFailures(request) + 1),
    reset: (request) => void failures.delete(getRequestKey(request)),
  }
}

/** A POST is identified by its idempotency key, so two to the same path differ. */
function getRequestKey({ method, url, headers }: Request): string {
  return `${method} ${url} ${headers.get('idempotency-key') ?? ''}`
}
