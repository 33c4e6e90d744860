/** Runs at most `max` calls at a time; others wait in order. */
export function limitConcurrency<Input, Output>(
  run: (input: Input) => Promise<Output>,
  max: number,
): (input: Input) => Promise<Output> {
  const waiting: (() => void)[] = []
  let running = 0

  const next = (): void => {
    const start = waiting.shift()
    if (start) start()
    else running--
  }

  return async (input) => {
    if (running < max) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run(input)
    } finally {
      next()
    }
  }
}
