import type { Cell, Sample } from './benchmark.ts'

/** The samples of each cell, one a round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

/**
 * Measures every cell once a round, one after the other, so that what disturbs the machine disturbs all of them. Each round begins
 * with another cell. A round before the first is not counted: it warms up.
 */
export async function runRounds(
  cells: readonly Cell[],
  { rounds, warmUp, onRound }: { rounds: number; warmUp: boolean; onRound: (round: number) => void },
): Promise<Samples> {
  const samples = new Map<string, Sample[]>(cells.map(({ name }) => [name, []]))
  if (warmUp) for (const cell of cells) await cell.run()
  for (let round = 0; round < rounds; round++) {
    onRound(round)
    for (const index of cells.keys()) {
      const cell = cells[(index + round) % cells.length]
      if (cell) samples.get(cell.name)?.push(await cell.run())
    }
  }
  return samples
}
