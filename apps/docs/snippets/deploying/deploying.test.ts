import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setDefaultCACertificates } from 'node:tls'
import { createChat, type ConnectedUser } from '@parley/core'
import { textOf } from '@parley/core/text'
import { openConversation, type LiveConversation } from '@parley/rx'
import { filter, firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { documentedNginx } from '../../../../packages/server/e2e/support/documented-nginx.ts'
import {
  startNginx,
  type Nginx,
} from '../../../../packages/server/e2e/support/nginx.ts'
import { findOrUnpackProgram } from '../../../../scripts/programs.mjs'
import { run } from '../../../../scripts/run.mjs'
import { startProgram, type RunningProgram } from '../testing/start-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-deploying-'))
const unit = readFileSync(join(import.meta.dirname, 'parley.service'), 'utf8')
let server: RunningProgram
let nginx: Nginx
let url: string
let origin: string

/** Runs the command of the unit, from source, in a folder with a bot. */
function startUnit(port: string, dataFolder = folder): Promise<RunningProgram> {
  const command = /^ExecStart=\/usr\/bin\/node \S+\/parley\.js (.+)$/m.exec(
    unit,
  )
  const args = (command?.[1] ?? '')
    .replace('/var/lib/chat', dataFolder)
    .replace('./bot.ts', './story-bot.ts')
    .split(' ')
  return startProgram('../../../packages/cli/src/main.ts', {
    args: [...args, '--port', port],
    cwd: join(import.meta.dirname, '../recipes'),
  })
}

beforeAll(async () => {
  server = await startUnit('0')
  origin = /http:\S+(?=\/demo)/.exec(server.line)?.[0] ?? ''
  using documented = await documentedNginx()
  nginx = await startNginx(({ port }) => documented.httpBlock({ port, origin }))
  setDefaultCACertificates([readFileSync(documented.certificate, 'utf8')])
  url = `https://127.0.0.1:${nginx.port}/demo`
})
afterAll(async () => {
  await nginx[Symbol.asyncDispose]()
  await server.stop()
  rmSync(folder, { recursive: true })
})

test('the health of the server can be checked through nginx', async () => {
  const response = await fetch(`${url}/hello`)

  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ name: 'parley' })
})

test('a body that is too large gets an error of the API through nginx', async () => {
  const me = await createChat({ url }).connect()

  const sent = me.createMessage({
    conversationId: 'c',
    payload: { type: 'text', text: 'x'.repeat(1_500_000) },
  })

  await expect(sent).rejects.toMatchObject({ type: 'PayloadTooLarge' })
})

test('a client receives an answer while it streams, and all of it after a restart of the server', async () => {
  const me = await createChat({ url }).connect()
  const { live, texts, close } = await startStory(me)

  const code = await server.stop()
  await firstValueFrom(
    live.connection$.pipe(filter(({ isSynced }) => !isSynced)),
  )
  server = await startUnit(new URL(origin).port)
  live.reconnectNow()
  await firstValueFrom(
    live.connection$.pipe(filter(({ isSynced }) => isSynced)),
  )
  await firstValueFrom(live.isAnswering$.pipe(filter(Boolean)))
  await live.stop()
  const stored = await texts('sent')
  close()

  expect(code).toBe(0)
  expect(stored).toEqual(['A story', 'Once upon a time'])
})

test('a copy that was made while the server runs has the users and the messages', async () => {
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation()
  const { message } = await me.createMessage({
    conversationId: conversation.id,
    payload: { type: 'text', text: 'A story' },
  })
  const copy = mkdtempSync(join(tmpdir(), 'parley-restored-'))

  const database = new DatabaseSync(join(folder, 'parley.db'))
  database.exec(`VACUUM INTO '${join(copy, 'parley.db')}'`)
  database.close()
  copyFileSync(join(folder, 'parley.db.keys'), join(copy, 'parley.db.keys'))
  const restored = await startUnit('0', copy)
  const restoredUrl = restored.line.replace('parley listening on ', '')
  const sameUser = await createChat({ url: restoredUrl }).connect({
    userKey: me.userKey,
  })
  const found = await sameUser.getMessage({ id: message.id })
  await restored.stop()
  rmSync(copy, { recursive: true })

  expect(found).toEqual({ message })
})

test.runIf(process.platform === 'linux')(
  'systemd accepts the unit',
  async () => {
    const { path, environment } = await findOrUnpackProgram('systemd-analyze')
    const file = join(folder, 'chat.service')
    writeFileSync(file, unit.replace('/usr/bin/node', process.execPath))
    // An unpacked program does not find the units of its package.
    const root = dirname(dirname(path))
    const units = [root, dirname(root)].map((parent) =>
      join(parent, 'lib', 'systemd', 'system'),
    )
    const env = { ...environment, SYSTEMD_UNIT_PATH: `${units.join(':')}:` }

    const { code, output } = await run(path, ['verify', file], { env })

    expect(output).toBe('')
    expect(code).toBe(0)
  },
)

/** Resolves when the first text of the answer has arrived, while the answer still streams. */
async function startStory(me: ConnectedUser) {
  const { conversation } = await me.createConversation()
  const live: LiveConversation = openConversation(me, conversation.id)
  const subscription = live.messages$.subscribe()
  const texts = async (status: string): Promise<string[]> => {
    const messages = await firstValueFrom(
      live.messages$.pipe(
        filter((list) => list.length === 2 && list.at(-1)?.status === status),
      ),
    )
    return messages.map(({ payload }) => textOf(payload))
  }
  await live.send({ type: 'text', text: 'A story' })
  expect(await texts('streaming')).toEqual(['A story', 'Once upon a time'])
  return { live, texts, close: () => subscription.unsubscribe() }
}
