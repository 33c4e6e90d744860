import type { BenchContext } from './bench-context.ts'

/** The measurements of one subject in one round. A key is a metric with its unit: `requests/s`. */
export type Sample = Readonly<Record<string, number>>

/** One of the programs that a benchmark compares. Its processes are idle while another subject is measured. */
export interface Subject {
  readonly name: string
  run(): Promise<Sample>
}

/** A limit for a metric of a subject: absolute, or relative to the baseline subject in the same round. */
export interface Target {
  readonly description: string
  readonly metric: string
  readonly subject: string
  readonly baseline?: string
  /** The unit of an absolute limit. */
  readonly unit?: string
  readonly min?: number
  readonly max?: number
}

export interface Benchmark {
  readonly name: string
  readonly description: string
  /** A fixed number of rounds, which `--rounds` does not change. */
  readonly rounds?: number
  readonly targets: readonly Target[]
  /** Starts the processes that the subjects need; `context` stops them. */
  open(context: BenchContext): Promise<Subject[]>
}
