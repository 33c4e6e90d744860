import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Paths of the files in this repository, including new ones. */
function listFiles(...patterns) {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns]
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).trim().split('\n')
  return files.filter((file) => existsSync(join(root, file)))
}

const pages = listFiles('*.md')

test.each(pages)('every local link of %s has a target', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
  const local = targets.filter((target) => !/^(https?:|#|mailto:)/.test(target))

  const broken = local.filter((target) => !existsSync(join(root, dirname(page), target.replace(/#.*$/, ''))))

  expect(broken).toEqual([])
})

test('every source file that the architecture names exists', () => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const named = [...text.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, file]) => file)
  const sources = listFiles('*.ts', '*.tsx').map((file) => `/${file}`)

  const missing = named.filter((name) => !sources.some((file) => file.endsWith(`/${name}`)))

  expect(named.length).toBeGreaterThan(30)
  expect(missing).toEqual([])
})
