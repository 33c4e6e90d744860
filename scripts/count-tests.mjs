import { existsSync, readFileSync } from 'node:fs'

/**
 * Counts passed and failed tests from the JSON report of a run. A non-zero exit code without a failed test in the
 * report (such as after a crash, or if the server did not start) counts as one failure.
 *
 * @param {{ file: string, code: number, count: (report: any) => { passed: number, failed: number } }} outcome
 */
export function countReport({ file, code, count }) {
  const report = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined
  const { passed, failed } = report ? count(report) : { passed: 0, failed: 1 }
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed }
}

/** A file that fails to load has no tests in the report, so it counts as one failed test. */
export function countVitest(report) {
  const failedFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests + failedFiles.length }
}

/** Errors outside tests, such as a server that did not start, are only in `errors`. */
export function countPlaywright(report) {
  const { expected, flaky, unexpected } = report.stats
  return { passed: expected + flaky, failed: unexpected + report.errors.length }
}

/** Parses the failed tasks from turbo's output, as `package#task`. */
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
