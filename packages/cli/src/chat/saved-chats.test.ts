import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSavedChats } from './saved-chats.ts'

const url = 'http://127.0.0.1:3000/demo'

test('the guest key and conversations are restored, and only their owner can read the file', async () => {
  const folder = join(createTemporaryFolder(), 'state')
  const failures: string[] = []
  const onFailure = (reason: string): unknown => failures.push(reason)

  const saved = openSavedChats(folder, { url, onFailure })
  saved.guestStorage.setItem('any', 'a key')
  saved.saveConversationId('ann', 'c1')
  saved.saveConversationId('bob', 'c2')
  const reopened = openSavedChats(folder, { url, onFailure })
  const otherBot = openSavedChats(folder, { url: `${url}2`, onFailure })

  expect(await reopened.guestStorage.getItem('any')).toBe('a key')
  expect(['ann', 'bob', 'toString'].map((id) => reopened.getConversationId(id))).toEqual([
    'c1',
    'c2',
    undefined,
  ])
  expect([await otherBot.guestStorage.getItem('any'), otherBot.getConversationId('ann')]).toEqual([
    undefined,
    undefined,
  ])
  expect(readdirSync(folder)).toHaveLength(1)
  expect(statSync(saved.path).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(failures).toEqual([])
})

test.for(['', '{', 'null', '5', '{"key":5,"conversations":[]}', '{"conversations":{"ann":5}}'])(
  'a file with the content %j counts as empty',
  async (text) => {
    const saved = openSavedChats(createTemporaryFolder(), { url, onFailure: expect.unreachable })
    writeFileSync(saved.path, text)

    expect(await saved.guestStorage.getItem('any')).toBe(undefined)
    expect(saved.getConversationId('ann')).toBe(undefined)
    saved.saveConversationId('bob', 'c2')
    expect(saved.getConversationId('bob')).toBe('c2')
  },
)

test('a failure to save is reported once, and the chat continues', () => {
  const file = join(createTemporaryFolder(), 'file')
  writeFileSync(file, '')
  const failures: string[] = []
  const saved = openSavedChats(join(file, 'state'), { url, onFailure: (reason) => failures.push(reason) })

  saved.saveConversationId('ann', 'c1')
  saved.saveConversationId('ann', 'c2')

  expect(failures).toHaveLength(1)
  expect(saved.getConversationId('ann')).toBe(undefined)
})

function createTemporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-state-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true })
  })
  return path
}
