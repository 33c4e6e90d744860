import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from './support/child-server.ts'
import { cleanEnvironment, installPackages } from './support/install-packages.ts'

const script = `
  import { defineBot } from '@parley/server'
  import { startTestServer } from '@parley/server/testing'

  async function* words(...texts) {
    yield* texts
  }
  const bot = defineBot({
    onMessage: async ({ message, history, stream }) => {
      if (message.payload.text === 'fail') throw new Error('the model is down')
      const lines = (await history({ includeCurrent: true })).map(({ isBot, payload }) => [isBot, payload.text])
      await stream().pipe(words('heard ', JSON.stringify(lines)))
    },
    onError: (error, { reply }) => reply({ type: 'text', text: error.message }),
  })
  const logger = { info() {}, warn() {}, error() {} }
  await using server = await startTestServer({ bot, logger })
  const answers = [(await server.ask('one')).text, (await server.ask('two')).text]
  const failure = await server.ask('fail').catch(({ message }) => message)
  const [failed] = server.failedTurns
  const sent = failed.messages.map(({ payload, metadata }) => [payload.text, metadata])
  console.log(JSON.stringify({ answers, failure, sent }))
`

test('a bot and its test run in an empty project with the packed server', async () => {
  using folder = temporaryFolder()
  const file = folder.file('index.mjs')
  await installPackages(dirname(file), ['core', 'server'])
  writeFileSync(file, script)

  const { stdout } = await promisify(execFile)(process.execPath, [file], { env: cleanEnvironment() })

  expect(JSON.parse(stdout)).toEqual({
    answers: [
      'heard [[false,"one"]]',
      'heard [[false,"one"],[true,"heard [[false,\\"one\\"]]"],[false,"two"]]',
    ],
    failure: 'Unable to get an answer to "fail"; the turn failed: the model is down',
    sent: [['the model is down', { failed: true }]],
  })
})
