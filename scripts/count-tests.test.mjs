import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { countPlaywright, countReport, countVitest, failedTasks } from './count-tests.mjs'

describe('countVitest', () => {
  test('counts a file that fails to load as a failure', () => {
    const report = {
      numPassedTests: 3,
      numFailedTests: 1,
      testResults: [
        { status: 'passed', assertionResults: [{ status: 'passed' }] },
        { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
        { status: 'failed', assertionResults: [] },
      ],
    }

    expect(countVitest(report)).toEqual({ passed: 3, failed: 2 })
  })
})

describe('countPlaywright', () => {
  test('counts a server that did not start as a failure', () => {
    const report = { stats: { expected: 2, flaky: 1, unexpected: 1, skipped: 4 }, errors: [{ message: 'x' }] }

    expect(countPlaywright(report)).toEqual({ passed: 3, failed: 2 })
  })
})

describe('countReport', () => {
  const count = (report) => report
  let folder

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-count-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test.each([
    ['a clean run', '{"passed":2,"failed":0}', 0, { passed: 2, failed: 0 }],
    ['failed tests', '{"passed":2,"failed":3}', 1, { passed: 2, failed: 3 }],
    ['a non-zero exit code without a failed test', '{"passed":2,"failed":0}', 1, { passed: 2, failed: 1 }],
    ['a truncated report', '{"passed":', 1, { passed: 0, failed: 1 }],
  ])('reads the report of %s', (_, text, code, expected) => {
    const file = join(folder, 'report.json')
    writeFileSync(file, text)

    expect(countReport({ file, code, count })).toEqual(expected)
  })

  test('counts a missing report as a failure, even if the exit code is 0', () => {
    const outcome = { file: join(folder, 'missing.json'), code: 0, count }

    expect(countReport(outcome)).toEqual({ passed: 0, failed: 1 })
  })
})

describe('failedTasks', () => {
  test('lists the tasks that turbo names', () => {
    const output = ' Tasks:    4 successful, 6 total\nFailed:    @parley/core#build, //#lint\n'

    expect(failedTasks(output)).toEqual(['@parley/core#build', '//#lint'])
  })

  test('is empty if no task failed', () => {
    expect(failedTasks(' Tasks:    6 successful, 6 total\n')).toEqual([])
  })
})
