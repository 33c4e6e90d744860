const looksEveryMs = 5

/** Waits for a condition. Cheap, as its CPU time is part of the measurement. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, looksEveryMs))
}
