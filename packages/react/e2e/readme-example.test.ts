import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { startTestServer } from '@parley/server/testing'
import { chromium } from 'playwright-core'
import { expect, test } from 'vitest'
import { browserArguments, findChromium } from '../../../scripts/chromium.mjs'
import { installPackages } from '../../server/e2e/support/install-packages.ts'
import { quietLogger } from './quiet-logger.ts'
import { serveWithVite } from './serve-with-vite.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

const require = createRequire(import.meta.url)

test('the example of the README is a working chat in a new Vite project with the packed packages', async () => {
  using temporary = createTemporaryFolder()
  const { path: folder } = temporary
  await using server = await startTestServer({ logger: quietLogger() })
  await installPackages(folder, ['core', 'rx', 'react'])
  for (const name of ['react-dom', 'scheduler']) copyPackage(name, folder)
  const example = readExample()
  mkdirSync(join(folder, 'src'))
  writeFileSync(join(folder, 'src/main.tsx'), example.replace('http://127.0.0.1:3000/demo', server.url))
  writeFileSync(join(folder, 'index.html'), indexHtml)
  await using vite = await serveWithVite(folder)
  await using browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: browserArguments(),
  })
  const page = await browser.newPage()
  const consoleErrors: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) consoleErrors.push(message.text())
  })
  page.on('pageerror', (error) => consoleErrors.push(error.message))

  await page.goto(vite.url)
  const field = page.getByRole('textbox', { name: 'Message' })
  await field.fill('Hello')
  await page.waitForFunction(() => localStorage.length >= 2)
  await field.press('Enter')
  await page.getByRole('listitem').filter({ hasText: 'Hello' }).waitFor()
  await field.fill('half a sen')
  await page.reload()
  await page.getByRole('listitem').filter({ hasText: 'Hello' }).waitFor()
  await page.waitForFunction(() => document.querySelector('textarea')?.value === 'half a sen')

  expect(server.requests.filter(({ method, path }) => method === 'POST' && path === '/users')).toHaveLength(1)
  // The list shows the message before it is sent, also after the reload.
  await expect
    .poll(() => server.requests.filter(({ method, path }) => method === 'POST' && path === '/messages'), {
      timeout: 60_000,
    })
    .toHaveLength(1)
  expect(consoleErrors).toEqual([])
}, 180_000)

const indexHtml = `<!doctype html>
<link rel="icon" href="data:,">
<div id="root"></div>
<script type="module" src="/src/main.tsx"></script>`

/** The first example of the README. */
function readExample(): string {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  return /^```tsx.*?\n(.*?)^```$/ms.exec(readme)?.[1] ?? ''
}

/** Copies an installed package into the project. Finds dependencies of react-dom from react-dom. */
function copyPackage(name: string, folder: string): void {
  const fromReactDom = createRequire(realpathSync(require.resolve('react-dom/package.json')))
  const { resolve } = name === 'react-dom' ? require : fromReactDom
  const path = dirname(realpathSync(resolve(`${name}/package.json`)))
  cpSync(path, join(folder, 'node_modules', name), { recursive: true, dereference: true })
}
