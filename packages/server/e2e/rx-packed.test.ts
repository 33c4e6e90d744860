import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { defineBot } from '../src/index.ts'
import { startTestServer } from '../src/testing/index.ts'
import { temporaryFolder } from './support/child-server.ts'
import { cleanEnvironment, readmeExample, installPackages } from './support/install-packages.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

test('the README examples run in an empty project with the packed core and rx', async () => {
  using folder = temporaryFolder()
  const bot = defineBot({ onMessage: ({ message, reply }) => reply(message.payload) })
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const script = folder.file('index.js')
  await installPackages(dirname(script), ['core', 'rx'])
  const runExample = (index: number) => {
    writeFileSync(script, readmeExample('rx', index).replace('http://127.0.0.1:3000/demo', server.url))
    return runToEnd(script)
  }

  const lines = await runExample(0)
  const ofSession = await runExample(1)

  expect(lines).toContain("[ 'sending: Hello' ]")
  expect(lines.at(-1)).toBe("[ 'sent: Hello', 'sent: Hello' ]")
  expect(ofSession[0]?.trim()).toBe('connecting')
  expect(ofSession).toContain("[ 'sending' ]")
})

/** Runs a script until it ends, and returns the lines. */
async function runToEnd(script: string): Promise<string[]> {
  const child = spawn(process.execPath, [script], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  await ended
  return output.trim().split('\n')
}
