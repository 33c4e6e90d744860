/** Prevents an unhandled rejection of a promise whose error also appears in a state. Returns the same promise. */
export function ignoreRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
