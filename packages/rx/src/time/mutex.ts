/** Creates a function that runs asynchronous work one at a time, in call order. Failures do not affect later work. */
export function createMutex(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
}
