/** For an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  const upper = sorted[Math.floor(half)] ?? Number.NaN
  if (!Number.isInteger(half)) return upper
  return ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}

/** The smallest value that is greater than or equal to the given fraction (0 to 1) of all values. */
export function percentile(values: readonly number[] | Float64Array, fraction: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN
}

/** The distribution of a metric over all rounds. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function summarize(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** Summarizes the ratio within each round, because a disturbance of the machine affects the whole round. */
export function summarizeRatio(values: readonly number[], baseline: readonly number[]): Summary {
  return summarize(values.map((value, round) => value / (baseline[round] ?? Number.NaN)))
}
