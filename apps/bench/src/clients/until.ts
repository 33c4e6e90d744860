const looksEveryMs = 5

/** Waits for what is expected, at little cost: it is measured too. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, looksEveryMs))
}
