import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runDemo } from './demo-process.ts'
import { expect, test } from './demo-test.ts'

test('a port that is in use produces one line that says what to do', async ({ demo }) => {
  const ended = await runDemo(['--port', String(demo.port), '--data', `${demo.data}.other`])

  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr:
      `Unable to listen on port ${demo.port}; it is in use. ` +
      `Stop the other program, or choose another port: npm start -- --port ${demo.port + 1}\n`,
  })
})

test('a database file that another server uses produces one line', async ({ demo }) => {
  const ended = await runDemo(['--port', '0', '--data', demo.data])

  expect(ended.code).toBe(1)
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(ended.stderr).toContain('another server')
})

test('a folder that is not writable produces one line that says what to do', async () => {
  const file = test.info().outputPath('a-file')
  await writeFile(file, '')

  const ended = await runDemo(['--port', '0', '--data', join(file, 'parley.db')])

  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/^Unable to write to the folder ".+" \(\w+\)\. Make it writable, or .+\n$/)
})

test('an invalid port produces one line and the usage', async () => {
  const ended = await runDemo(['--port', 'https'])

  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/^Unable to use "https" as --port; .+\nUsage: .+\n$/)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} stops the server cleanly while a stream is open`, async ({ launchDemo, page }) => {
    const demo = await launchDemo()
    await page.goto(demo.origin)
    await expect(page.getByRole('log')).toContainText('Ahoy!')

    expect(await demo.stop(signal)).toBe(0)
  })
}

test('unknown paths return a plain 404, and every page forbids external scripts', async ({ demo }) => {
  const page = await fetch(demo.origin)
  const missing = await fetch(`${demo.origin}/nothing/../here`)

  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(missing.status).toBe(404)
  expect(await missing.text()).toBe('Not found. The chat is at /\n')
})

test('the page is compressed and cached, and loads at most 200 kB before the composer is ready', async ({
  demo,
  page,
}) => {
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('textarea')) return
      observer.disconnect()
      performance.mark('composer')
    })
    observer.observe(document, { childList: true, subtree: true })
  })
  const assets = new Map<string, Record<string, string>>()
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (pathname.startsWith('/assets/')) assets.set(pathname, response.headers())
  })

  await page.goto(demo.origin)
  await expect(page.getByRole('textbox', { name: /^Message to/ })).toBeEditable()

  const loaded = await page.evaluate(() => {
    const [mark] = performance.getEntriesByName('composer')
    return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ startTime }) => startTime < (mark?.startTime ?? Infinity))
      .map((entry) => (entry as PerformanceResourceTiming).transferSize)
  })
  const bytes = loaded.reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(200_000)
  for (const [path, headers] of assets) {
    expect(headers['cache-control']).toContain('immutable')
    if (/\.(js|css)$/.test(path)) expect(headers['content-encoding']).toBe('br')
  }
})
