import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readManifests } from './pack-packages.mjs'
import { root } from './run.mjs'

/** ky needs Node 22, a bot in TypeScript 22.18, and the server's numbered SQL parameters 22.20. */
const lowest = '22.20'
const names = Object.keys(readManifests())
const pages = [
  'README.md',
  'apps/docs/src/content/docs/deploying/index.md',
  ...names.map((name) => `packages/${name}/README.md`),
]

test.each(Object.entries(readManifests()))(
  '%s names the lowest Node version that it supports',
  (_, manifest) => {
    expect(manifest.engines).toEqual({ node: `>=${lowest}` })
  },
)

test.each(['cli/bin/parley.js', 'create-parley/bin/create-parley.js'])(
  '%s checks for the lowest Node version',
  (file) => {
    const text = readFileSync(join(root, 'packages', file), 'utf8')

    expect(text).toContain(`major > 22 || (major === 22 && minor >= 20)`)
    expect(text).toContain(`install Node ${lowest} or later`)
  },
)

test.each(pages)('%s requires no other Node version, and shows only syntax that this version has', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const versions = [...text.matchAll(/Node (\d[\d.]*\d) (or|and) later/g)].map(([, version]) => version)
  const code = [...text.matchAll(/^```[jt]sx?\n(.*?)^```$/gms)].map(([, lines]) =>
    lines.replace(/\/\/.*$/gm, ''),
  )

  // The repository's own commands start on an older version, and install their own.
  expect(versions.filter((version) => version !== lowest)).toEqual(page === 'README.md' ? ['20'] : [])
  expect(code.filter((lines) => /\bawait using\b/.test(lines))).toEqual([])
})
