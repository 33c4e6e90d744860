/**
 * Runs the benchmarks and prints a report for each.
 *
 * ```sh
 * pnpm bench                      # all benchmarks
 * pnpm bench create-message       # one benchmark
 * ```
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { benchmarks } from './benchmarks/index.ts'
import { createBenchContext, resultsFolder } from './harness/bench-context.ts'
import type { Benchmark } from './harness/benchmark.ts'
import { createReport, type Report } from './harness/create-report.ts'
import { formatReport } from './harness/format-report.ts'
import { runRounds } from './harness/run-rounds.ts'
import { readOptions, usage, type Options } from './options.ts'

const options = readOptions(process.argv.slice(2))
for (const benchmark of selectBenchmarks(options.names)) {
  const report = await runBenchmark(benchmark, options)
  console.log(formatReport(report))
  saveReport(report)
}

function selectBenchmarks(names: readonly string[]): Benchmark[] {
  const unknown = names.find((name) => benchmarks.every((benchmark) => benchmark.name !== name))
  if (unknown !== undefined) {
    const known = benchmarks.map(({ name }) => name).join(', ')
    throw new Error(`Unable to run "${unknown}"; the benchmarks are ${known}. Usage: ${usage}`)
  }
  return benchmarks.filter(({ name }) => names.length === 0 || names.includes(name))
}

async function runBenchmark(
  benchmark: Benchmark,
  { rounds: requestedRounds, ...contextOptions }: Options,
): Promise<Report> {
  await using context = createBenchContext(contextOptions)
  const rounds = benchmark.rounds ?? requestedRounds
  const subjects = await benchmark.open(context)
  const samples = await runRounds(subjects, {
    rounds,
    warmUp: benchmark.rounds === undefined,
    onRound: (round) => {
      console.error(`${benchmark.name}: round ${round + 1} of ${rounds}`)
    },
  })
  return createReport(benchmark, samples)
}

function saveReport(report: Report): void {
  mkdirSync(resultsFolder, { recursive: true })
  const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length }
  const text = JSON.stringify({ at: new Date().toISOString(), machine, ...report }, null, 2)
  writeFileSync(join(resultsFolder, `${report.name}.json`), `${text}\n`)
}
