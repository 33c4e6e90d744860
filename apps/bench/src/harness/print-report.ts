import type { Report } from './report.ts'
import type { Summary } from './statistics.ts'

/** Writes a report as tables for people: medians, with the spread of all rounds behind them. */
export function printReport({ name, what, rounds, cells, targets }: Report): string {
  const measures = [...new Set(cells.flatMap((cell) => Object.keys(cell.measures)))]
  const measured = table([
    ['', ...measures],
    ...cells.map((cell) => [cell.name, ...measures.map((measure) => withSpread(cell.measures[measure]))]),
  ])
  const wanted = table(
    targets.map((target) => [
      target.isReached ? '✓' : '✗',
      target.what,
      target.target,
      withSpread(target.measured),
    ]),
  )
  const title = `${name}: ${what} (${rounds} ${rounds === 1 ? 'round' : 'rounds'})`
  return `\n${[title, measured, ...(targets.length > 0 ? [wanted] : [])].join('\n\n')}\n`
}

function withSpread(summary: Summary | undefined): string {
  if (!summary) return ''
  const { median, min, max } = summary
  return min === max ? short(median) : `${short(median)} (${short(min)}–${short(max)})`
}

/** Three digits that count. */
function short(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n')
}
