import type { Lab } from './lab.ts'

/** What one round of one cell measured, by the name of the measure with its unit: `requests/s`. */
export type Sample = Readonly<Record<string, number>>

/** One of the things that a benchmark compares. Its processes wait while others are measured. */
export interface Cell {
  readonly name: string
  run(): Promise<Sample>
}

/** What has to be reached: a measure of a cell, by itself or as a multiple of another cell's in the same round. */
export interface Target {
  readonly what: string
  readonly measure: string
  readonly of: string
  readonly over?: string
  /** Of the measure, where it is compared with no other cell. */
  readonly unit?: string
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Benchmark {
  readonly name: string
  readonly what: string
  /** How often to measure, where it is not for the caller to say. */
  readonly rounds?: number
  readonly targets: readonly Target[]
  /** Starts what the cells need; the lab ends it. */
  open(lab: Lab): Promise<Cell[]>
}
