import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import GithubSlugger from 'github-slugger'
import { expect, test } from 'vitest'
import { root } from './run.mjs'
import { listFiles } from './snippets.mjs'

// The build of the documentation site checks its links that start with `/`.
const siteLink = /^\//

test.each(listFiles('*.md'))('every local link and anchor of %s has a target', (page) => {
  const text = withoutCode(readFileSync(join(root, page), 'utf8'))
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target)
  const local = targets.filter((target) => !/^(https?:|mailto:)/.test(target) && !siteLink.test(target))

  const broken = local.filter((target) => {
    const [path, anchor] = target.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    if (!existsSync(join(root, file))) return true
    return anchor !== undefined && !anchorsOf(file).includes(anchor)
  })

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

/** The anchors of the headings of a page, as GitHub generates them. */
function anchorsOf(page) {
  const slugger = new GithubSlugger()
  const text = withoutCode(readFileSync(join(root, page), 'utf8'))
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slugger.slug(heading))
}

function withoutCode(text) {
  return text.replaceAll(/^(```+)[^]*?^\1$/gm, '')
}
