import type { Benchmark, Target } from './benchmark.ts'
import type { Samples } from './run-rounds.ts'
import { ratioOf, summaryOf, type Summary } from './statistics.ts'

/** What a benchmark came to. */
export interface Report {
  readonly name: string
  readonly what: string
  readonly rounds: number
  readonly cells: readonly CellReport[]
  readonly targets: readonly TargetReport[]
}

interface CellReport {
  readonly name: string
  readonly measures: Readonly<Record<string, Summary>>
}

interface TargetReport {
  readonly what: string
  readonly target: string
  readonly measured: Summary
  readonly isReached: boolean
}

export function reportOf({ name, what, targets }: Benchmark, samples: Samples): Report {
  const [first = []] = samples.values()
  return {
    name,
    what,
    rounds: first.length,
    cells: [...samples.keys()].map((cell) => ({
      name: cell,
      measures: Object.fromEntries(
        measuresOf(samples, cell).map((measure) => [measure, summaryOf(seriesOf(samples, cell, measure))]),
      ),
    })),
    targets: targets.map((target) => targetReportOf(target, samples)),
  }
}

function targetReportOf(target: Target, samples: Samples): TargetReport {
  const { what, measure, of, over, unit = '×', atLeast = -Infinity, atMost = Infinity } = target
  const series = seriesOf(samples, of, measure)
  const measured = over === undefined ? summaryOf(series) : ratioOf(series, seriesOf(samples, over, measure))
  return {
    what,
    target: target.atLeast === undefined ? `at most ${atMost} ${unit}` : `at least ${atLeast} ${unit}`,
    measured,
    isReached: measured.median >= atLeast && measured.median <= atMost,
  }
}

function measuresOf(samples: Samples, cell: string): string[] {
  return Object.keys(samples.get(cell)?.[0] ?? {})
}

function seriesOf(samples: Samples, cell: string, measure: string): number[] {
  return samples.get(cell)?.map((sample) => sample[measure] ?? Number.NaN) ?? []
}
