import type { Report } from './create-report.ts'
import type { Summary } from './statistics.ts'

/** Formats a report as text tables: medians, followed by the range over all rounds. */
export function formatReport({ name, description, rounds, subjects, targets }: Report): string {
  const metrics = [...new Set(subjects.flatMap((subject) => Object.keys(subject.metrics)))]
  const subjectTable = formatTable([
    ['', ...metrics],
    ...subjects.map((subject) => [
      subject.name,
      ...metrics.map((metric) => formatSummary(subject.metrics[metric])),
    ]),
  ])
  const targetTable = formatTable(
    targets.map((target) => [
      target.isMet ? '✓' : '✗',
      target.description,
      target.limit,
      formatSummary(target.measured),
    ]),
  )
  const title = `${name}: ${description} (${rounds} ${rounds === 1 ? 'round' : 'rounds'})`
  return `\n${[title, subjectTable, ...(targets.length > 0 ? [targetTable] : [])].join('\n\n')}\n`
}

function formatSummary(summary: Summary | undefined): string {
  if (!summary) return ''
  const { median, min, max } = summary
  return min === max
    ? formatNumber(median)
    : `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`
}

function formatNumber(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}

function formatTable(rows: readonly (readonly string[])[]): string {
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
