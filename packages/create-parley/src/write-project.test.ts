import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeProject } from './write-project.ts'

test('creates all folders', () => {
  const folder = createTemporaryFolder()

  writeProject(join(folder, 'a/b'), new Map([['c/d.txt', 'text']]))

  expect(readFileSync(join(folder, 'a/b/c/d.txt'), 'utf8')).toBe('text')
})

test('removes what it has written if one file cannot be written', () => {
  const folder = createTemporaryFolder()
  const files = new Map([
    ['first.txt', ''],
    ['first.txt/second.txt', ''],
  ])

  expect(() => {
    writeProject(join(folder, 'a/b'), files)
  }).toThrow(/^Unable to write the project; ENOTDIR.* Nothing was written\.$/)
  expect(existsSync(join(folder, 'a'))).toBe(false)
})

function createTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-parley-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
