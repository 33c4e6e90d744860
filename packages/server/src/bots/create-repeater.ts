/**
 * Returns a function that runs `work`, one call at a time. Calls during a run share one further run. A run that fails
 * is repeated after `retryDelayMs`.
 */
export function createRepeater(
  work: () => Promise<void>,
  options: { retryDelayMs: number; isStopping: () => boolean; onError: (error: unknown) => void },
): () => Promise<void> {
  let current: Promise<void> | undefined
  let isRequested = false
  const repeat = async (): Promise<void> => {
    while (isRequested && !options.isStopping()) {
      isRequested = false
      try {
        await work()
      } catch (error) {
        if (options.isStopping()) return
        options.onError(error)
        setTimeout(() => void start(), options.retryDelayMs).unref()
        return
      }
    }
  }
  const start = (): Promise<void> => {
    isRequested = true
    current ??= repeat().finally(() => {
      current = undefined
    })
    return current
  }
  return start
}
