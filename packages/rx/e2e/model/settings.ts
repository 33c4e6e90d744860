/**
 * How many cases of a property are tried: PARLEY_PROPERTY_RUNS=100000 for all that patience allows. A failure names its seed
 * and path; PARLEY_PROPERTY_SEED and PARLEY_PROPERTY_PATH run that one again.
 */
export function propertyRuns(): { numRuns: number; seed?: number; path?: string } {
  const { PARLEY_PROPERTY_RUNS: runs, PARLEY_PROPERTY_SEED: seed, PARLEY_PROPERTY_PATH: path } = process.env
  return {
    numRuns: Number(runs ?? 3000),
    ...(seed && { seed: Number(seed) }),
    ...(path && { path }),
  }
}

/** PARLEY_CHAOS_SEED runs the chaos of a former run again. */
export function chaosSeed(): number {
  return Number(process.env['PARLEY_CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
}
