/** The seed of this run. To repeat an earlier run, set `PARLEY_CHAOS_SEED` to its seed. */
export function chaosSeed(): number {
  return Number(process.env['PARLEY_CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
}
