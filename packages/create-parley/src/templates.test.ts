import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { templates } from './choices.ts'

const workspace = readFileSync(new URL('../../../pnpm-workspace.yaml', import.meta.url), 'utf8')
const catalog = new Map(
  [...workspace.matchAll(/^ {2}'?([^':\n]+)'?: [\^~]?(\d[\d.]*)$/gm)].map(([, name, version]) => [
    name,
    version,
  ]),
)

// npm installs templates, so they cannot contain "catalog:".
test.each(Object.keys(templates))('the template %s depends on the versions of the catalog', (template) => {
  const manifest = JSON.parse(
    readFileSync(new URL(`../templates/${template}/package.json`, import.meta.url), 'utf8'),
  ) as { dependencies: Record<string, string>; devDependencies: Record<string, string> }
  const { dependencies, devDependencies } = manifest
  const external = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([name]) => !name.startsWith('@parley/'),
  )

  expect(external.length).toBeGreaterThan(0)
  expect(external).toEqual(external.map(([name]) => [name, `^${catalog.get(name)}`]))
})
