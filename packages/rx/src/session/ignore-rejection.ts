/** Who does not look at the promise finds the failure elsewhere: it is no fault of the program. */
export function ignoreRejection<T>(working: Promise<T>): Promise<T> {
  working.catch(() => {})
  return working
}
