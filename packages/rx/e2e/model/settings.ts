/**
 * The number of runs of a property: 3,000, or PARLEY_PROPERTY_RUNS. A failure reports its seed and path;
 * PARLEY_PROPERTY_SEED and PARLEY_PROPERTY_PATH repeat it.
 */
export function propertyRuns(): { numRuns: number; seed?: number; path?: string } {
  const { PARLEY_PROPERTY_RUNS: runs, PARLEY_PROPERTY_SEED: seed, PARLEY_PROPERTY_PATH: path } = process.env
  return {
    numRuns: Number(runs ?? 3000),
    ...(seed && { seed: Number(seed) }),
    ...(path && { path }),
  }
}

/** PARLEY_CHAOS_SEED repeats an earlier run. */
export function chaosSeed(): number {
  return Number(process.env['PARLEY_CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
}
