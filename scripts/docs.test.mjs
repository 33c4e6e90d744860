import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md']
const pages = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).trim().split('\n')

test.each(pages)('every local link of %s has a target', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
  const local = targets.filter((target) => !/^(https?:|#|mailto:)/.test(target))

  const broken = local.filter((target) => !existsSync(join(root, dirname(page), target.replace(/#.*$/, ''))))

  expect(broken).toEqual([])
})
