import type { Sample, Subject } from './benchmark.ts'

/** The samples of each subject, one per round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

/**
 * Measures every subject once per round, one after the other, so that other load on the machine affects all of them.
 * Each round starts with a different subject. With `warmUp`, an extra first round is discarded.
 */
export async function runRounds(
  subjects: readonly Subject[],
  { rounds, warmUp, onRound }: { rounds: number; warmUp: boolean; onRound: (round: number) => void },
): Promise<Samples> {
  const samples = new Map<string, Sample[]>(subjects.map(({ name }) => [name, []]))
  if (warmUp) for (const subject of subjects) await subject.run()
  for (let round = 0; round < rounds; round++) {
    onRound(round)
    for (const index of subjects.keys()) {
      const subject = subjects[(index + round) % subjects.length]
      if (subject) samples.get(subject.name)?.push(await subject.run())
    }
  }
  return samples
}
