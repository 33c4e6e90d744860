// Writes the pages of the folder `reference`, from the docstrings, the contract and the help of the command, and the
// OpenAPI document.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openApiDocument } from '@parley/core/contract'
import { version } from '@parley/server'
import { createApiPages } from './api-pages.ts'
import { createCliPage } from './cli-page.ts'
import { createContractPages } from './contract-pages.ts'
import { entryPoints } from './entry-points.ts'
import { readSource } from './read-source.ts'

const site = fileURLToPath(new URL('..', import.meta.url))
const folder = join(site, 'src/content/docs/reference')
const contract = ['operations', 'extensions'].map((name) => `core/src/contract/${name}.ts`)
const source = readSource([...entryPoints.map(({ file }) => file), ...contract])
const pages = [...createContractPages(source), createCliPage(), ...createApiPages(source)]

rmSync(folder, { recursive: true, force: true })
for (const { path, title, description, order, body } of pages) {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  const frontMatter = JSON.stringify({ title, description, sidebar: { order } })
  writeFileSync(file, `---\n${frontMatter}\n---\n\n${body.replaceAll(/[ \t]+$/gm, '').trim()}\n`)
}

mkdirSync(join(site, 'public'), { recursive: true })
const document = openApiDocument({ version, serverUrl: 'http://127.0.0.1:3000/demo' })
writeFileSync(join(site, 'public/openapi.json'), `${JSON.stringify(document, null, 2)}\n`)
