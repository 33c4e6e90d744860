/** The command line or an answer is invalid. Nothing was written. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
