import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runDemo } from './demo-process.ts'
import { expect, test } from './demo-test.ts'

test('a taken port gives one line that says what to do', async ({ demo }) => {
  const ended = await runDemo(['--port', String(demo.port), '--data', `${demo.data}.other`])

  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `Port ${demo.port} is taken. Stop what uses it, or take another: npm start -- --port ${demo.port + 1}\n`,
  })
})

test('a file that another server uses gives one line', async ({ demo }) => {
  const ended = await runDemo(['--port', '0', '--data', demo.data])

  expect(ended.code).toBe(1)
  expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(ended.stderr).toContain('another server')
})

test('a folder that cannot be written gives one line that says what to do', async () => {
  const file = test.info().outputPath('a-file')
  await writeFile(file, '')

  const ended = await runDemo(['--port', '0', '--data', join(file, 'parley.db')])

  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/^The folder .+ cannot be written \(\w+\)\. Make it writable, or .+\n$/)
})

test('a port that is none gives a line and the usage', async () => {
  const ended = await runDemo(['--port', 'https'])

  expect(ended.code).toBe(1)
  expect(ended.stderr).toMatch(/^"https" does not do as port: .+\nusage: .+\n$/)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it cleanly, with a listener still there`, async ({ launch, page }) => {
    const demo = await launch()
    await page.goto(demo.origin)
    await expect(page.getByRole('log')).toContainText('Ahoy!')

    expect(await demo.stop(signal)).toBe(0)
  })
}

test('what is not there is said plainly, and every page forbids foreign scripts', async ({ demo }) => {
  const page = await fetch(demo.origin)
  const missing = await fetch(`${demo.origin}/nothing/../here`)

  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(missing.status).toBe(404)
  expect(await missing.text()).toBe('There is nothing here. The chat is at /\n')
})
