import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPublishedManifest, isPlaceholder } from './published-manifest.mjs'
import { root, run, tool } from './run.mjs'

const folder = join(root, 'packages', 'core')

test('a published manifest has the author and addresses of the root manifest, and nothing for development', () => {
  const published = createPublishedManifest(
    { name: '@parley/core', scripts: { build: 'x' }, devDependencies: { x: 'catalog:' } },
    folder,
  )

  expect(published).toMatchObject({ name: '@parley/core', author: 'Parley contributors' })
  expect(published.repository.directory).toBe('packages/core')
  expect(published.homepage).toMatch(/^https:\/\/.*\/packages\/core#readme$/)
  expect(published.bugs.url).toMatch(/^https:\/\/.*\/issues$/)
  expect(published).not.toHaveProperty('scripts')
  expect(published).not.toHaveProperty('devDependencies')
})

test.each([
  ['catalog:', { dependencies: { ky: 'catalog:' } }],
  ['workspace:', { peerDependencies: { '@parley/core': 'workspace:^' } }],
  ['parley-src', { exports: { '.': { 'parley-src': './src/index.ts' } } }],
])('a manifest with %s is not packed', (word, part) => {
  expect(() => createPublishedManifest({ name: 'x', ...part }, folder)).toThrow(
    `contains ${word}. Remove it.`,
  )
})

test('an address is a placeholder only if its domain can never exist', () => {
  expect(isPlaceholder('https://git.parley.invalid/parley')).toBe(true)
  expect(isPlaceholder('https://example.com/invalid')).toBe(false)
})

test('npm pack is refused in the folder of a package', async () => {
  const { code, output } = await run('npm', ['pack', '--dry-run'], { cwd: folder })

  expect(code).not.toBe(0)
  expect(output).toContain('Unable to pack @parley/core with npm')
})

test.each([
  { name: 'npm', program: 'npm', args: ['publish', '--dry-run'] },
  { name: 'pnpm', program: tool('pnpm'), args: ['publish', '--dry-run', '--no-git-checks'] },
])('$name publish is refused in the folder of a package', async ({ program, args }) => {
  const { code, output } = await run(program, args, { cwd: folder })

  expect(code).not.toBe(0)
  expect(output).toContain('Unable to publish @parley/core from its folder')
})
