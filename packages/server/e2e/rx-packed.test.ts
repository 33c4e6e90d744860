import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { temporaryFolder } from './support/child-server.ts'
import { cleanEnvironment, readmeExample, installPackages } from './support/install-packages.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

test('the README examples run in an empty project with the packed core and rx', async () => {
  using folder = temporaryFolder()
  await using server = await startTestServer({ logger: createRecordingLogger() })
  const script = folder.file('index.js')
  await installPackages(dirname(script), ['core', 'rx'])
  const runExample = (index: number, isDone: (output: string) => boolean) => {
    writeFileSync(script, readmeExample('rx', index).replace('http://127.0.0.1:3000/demo', server.url))
    return runUntil(script, isDone)
  }

  const lines = await runExample(0, (output) => output.includes("'sent'") && output.includes('online true'))
  const ofSession = await runExample(
    1,
    (output) => output.includes("[ 'sent' ]") && output.includes('connected'),
  )

  const hello = "{ type: 'text', text: 'Hello' }"
  expect(lines).toEqual(expect.arrayContaining([`[ [ 'sending', ${hello} ] ]`, `[ [ 'sent', ${hello} ] ]`]))
  expect(lines).toContain('online true')
  expect(lines.filter((line) => !/^\[.*\]$|^\w+ (true|false)$/.test(line))).toEqual([])
  expect(ofSession[0]).toBe('connecting')
  expect(new Set(ofSession)).toEqual(
    new Set(['connecting', '[]', "[ 'sending' ]", 'connected', "[ 'sent' ]"]),
  )
})

/** Runs a script until its output is complete, and returns the lines. */
async function runUntil(script: string, isDone: (output: string) => boolean): Promise<string[]> {
  const child = spawn(process.execPath, [script], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  await waitUntil(() => isDone(output) || child.exitCode !== null)
  child.kill()
  await ended
  return output.trim().split('\n')
}
