/** Makes a queue: what is done in it is done one after the other, whether what came before succeeded or not. */
export function createQueue(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}
