/** Runs tasks one at a time, in order; immediately if none is running. */
export function createSerialQueue(): (task: () => Promise<void>) => Promise<void> {
  let last: Promise<void> | undefined

  return (task) => {
    const result = last ? last.then(task, task) : task()
    last = result
    const clear = (): void => {
      if (last === result) last = undefined
    }
    result.then(clear, clear)
    return result
  }
}
