import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from './support/child-server.ts'

test('both storage threads ignore messages from node --watch', async () => {
  using folder = temporaryFolder()
  const script = fileURLToPath(new URL('./support/storage-program.ts', import.meta.url))
  const watchOptions = ['--watch', '--watch-preserve-output', '--conditions=parley-src']
  const child = spawn(process.execPath, [...watchOptions, script, folder.file('parley.db')], {
    stdio: 'pipe',
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let errors = ''
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()))

  let output = ''
  for await (const data of child.stdout as AsyncIterable<Buffer>) {
    output += data.toString()
    // Node prints one of these when the program has ended, and continues to watch.
    if (/closed|Completed running|Failed running/.test(output)) break
  }

  expect({ errors, output }).toMatchObject({
    errors: '',
    output: expect.stringContaining('closed') as string,
  })
  expect(output).toContain('"text":"written"')
})
