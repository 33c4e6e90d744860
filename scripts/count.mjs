import { existsSync, readFileSync } from 'node:fs'

/**
 * How many tests of a run passed and failed, from its JSON report. A run that ended badly with no failed test in its
 * report (it crashed, or its server never came up) counts as one failure.
 *
 * @param {{ file: string, code: number, count: (report: any) => { passed: number, failed: number } }} outcome
 */
export function countReport({ file, code, count }) {
  const report = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined
  const { passed, failed } = report ? count(report) : { passed: 0, failed: 1 }
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed }
}

/** A file that cannot load has no tests in the report, so it counts as one that failed. */
export function countVitest(report) {
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloadable.length }
}

/** What went wrong outside a test, such as a server that did not start, stands in `errors` alone. */
export function countPlaywright(report) {
  const { expected, flaky, unexpected } = report.stats
  return { passed: expected + flaky, failed: unexpected + report.errors.length }
}

/** The tasks that turbo names as failed, as `package#task`. */
export function failedTasks(output) {
  const line = /^\s*Failed:\s+(.+)$/m.exec(output)
  return line ? line[1].split(',').map((task) => task.trim()) : []
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
