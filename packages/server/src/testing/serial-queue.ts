/** Runs one work after the other, in the order they were given; at once where none is under way. */
export function createSerialQueue(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> | undefined

  return (work) => {
    const result = last ? last.then(work, work) : work()
    last = result
    const forget = (): void => {
      if (last === result) last = undefined
    }
    result.then(forget, forget)
    return result
  }
}
