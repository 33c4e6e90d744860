/** The middle of the values; of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  const upper = sorted[Math.floor(half)] ?? Number.NaN
  if (!Number.isInteger(half)) return upper
  return ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}

/** The smallest value that at least this share (0 to 1) of all values does not exceed. */
export function percentile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** What a series of rounds came to. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function summaryOf(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** How one series compares with another, round by round: what disturbs a whole round disturbs both. */
export function ratioOf(values: readonly number[], others: readonly number[]): Summary {
  return summaryOf(values.map((value, round) => value / (others[round] ?? Number.NaN)))
}
