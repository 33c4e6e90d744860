/**
 * Every figure we claim, measured: ours and the bare limit in one run, on this machine.
 *
 * ```sh
 * pnpm bench                      # all of them
 * pnpm bench create-message       # one
 * ```
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { benchmarks } from './benchmarks/index.ts'
import type { Benchmark } from './harness/benchmark.ts'
import { openLab, resultsFolder } from './harness/lab.ts'
import { printReport } from './harness/print-report.ts'
import { reportOf, type Report } from './harness/report.ts'
import { runRounds } from './harness/run-rounds.ts'
import { help, readOptions, type Options } from './options.ts'

const options = readOptions(process.argv.slice(2))
for (const benchmark of chosen(options.names)) {
  const report = await measure(benchmark, options)
  console.log(printReport(report))
  keep(report)
}

function chosen(names: readonly string[]): Benchmark[] {
  const unknown = names.find((name) => benchmarks.every((benchmark) => benchmark.name !== name))
  if (unknown !== undefined) {
    const known = benchmarks.map(({ name }) => name).join(', ')
    throw new Error(`Unable to run ${unknown}; there are ${known}. Usage: ${help}`)
  }
  return benchmarks.filter(({ name }) => names.length === 0 || names.includes(name))
}

async function measure(benchmark: Benchmark, { rounds: asked, ...labOptions }: Options): Promise<Report> {
  await using lab = openLab(labOptions)
  const rounds = benchmark.rounds ?? asked
  const cells = await benchmark.open(lab)
  const samples = await runRounds(cells, {
    rounds,
    warmUp: benchmark.rounds === undefined,
    onRound: (round) => {
      console.error(`${benchmark.name}: round ${round + 1} of ${rounds}`)
    },
  })
  return reportOf(benchmark, samples)
}

function keep(report: Report): void {
  mkdirSync(resultsFolder, { recursive: true })
  const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length }
  const text = JSON.stringify({ at: new Date().toISOString(), machine, ...report }, null, 2)
  writeFileSync(join(resultsFolder, `${report.name}.json`), `${text}\n`)
}
