import type { Benchmark, Target } from './benchmark.ts'
import type { Samples } from './run-rounds.ts'
import { summarize, summarizeRatio, type Summary } from './statistics.ts'

/** The result of a benchmark. */
export interface Report {
  readonly name: string
  readonly description: string
  readonly rounds: number
  readonly subjects: readonly SubjectReport[]
  readonly targets: readonly TargetReport[]
}

interface SubjectReport {
  readonly name: string
  readonly metrics: Readonly<Record<string, Summary>>
}

interface TargetReport {
  readonly description: string
  readonly limit: string
  readonly measured: Summary
  readonly isMet: boolean
}

export function createReport({ name, description, targets }: Benchmark, samples: Samples): Report {
  const [first = []] = samples.values()
  return {
    name,
    description,
    rounds: first.length,
    subjects: [...samples.keys()].map((subject) => ({
      name: subject,
      metrics: Object.fromEntries(
        getMetrics(samples, subject).map((metric) => [
          metric,
          summarize(getSeries(samples, subject, metric)),
        ]),
      ),
    })),
    targets: targets.map((target) => createTargetReport(target, samples)),
  }
}

function createTargetReport(target: Target, samples: Samples): TargetReport {
  const { description, metric, subject, baseline, unit = '×', min = -Infinity, max = Infinity } = target
  const series = getSeries(samples, subject, metric)
  const measured =
    baseline === undefined ? summarize(series) : summarizeRatio(series, getSeries(samples, baseline, metric))
  return {
    description,
    limit: target.min === undefined ? `at most ${max} ${unit}` : `at least ${min} ${unit}`,
    measured,
    isMet: measured.median >= min && measured.median <= max,
  }
}

function getMetrics(samples: Samples, subject: string): string[] {
  return Object.keys(samples.get(subject)?.[0] ?? {})
}

function getSeries(samples: Samples, subject: string, metric: string): number[] {
  return samples.get(subject)?.map((sample) => sample[metric] ?? Number.NaN) ?? []
}
