/** PARLEY_CHAOS_SEED runs the chaos of a former run again. */
export function chaosSeed(): number {
  return Number(process.env['PARLEY_CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
}
