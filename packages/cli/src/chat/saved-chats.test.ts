import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSavedChats } from './saved-chats.ts'

const url = 'http://127.0.0.1:3000/demo'

test('what is kept comes back, for its owner alone', async () => {
  const folder = join(temporary(), 'state')
  const failures: string[] = []
  const onFailure = (reason: string): unknown => failures.push(reason)

  const state = openSavedChats(folder, { url, onFailure })
  state.guestStorage.setItem('any', 'a key')
  state.saveConversationId('ann', 'c1')
  state.saveConversationId('bob', 'c2')
  const again = openSavedChats(folder, { url, onFailure })
  const other = openSavedChats(folder, { url: `${url}2`, onFailure })

  expect(await again.guestStorage.getItem('any')).toBe('a key')
  expect(['ann', 'bob', 'toString'].map((id) => again.getConversationId(id))).toEqual(['c1', 'c2', undefined])
  expect([await other.guestStorage.getItem('any'), other.getConversationId('ann')]).toEqual([
    undefined,
    undefined,
  ])
  expect(readdirSync(folder)).toHaveLength(1)
  expect(statSync(state.path).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(failures).toEqual([])
})

test.for(['', '{', 'null', '5', '{"key":5,"conversations":[]}', '{"conversations":{"ann":5}}'])(
  'a file that holds %j counts as empty',
  async (text) => {
    const state = openSavedChats(temporary(), { url, onFailure: expect.unreachable })
    writeFileSync(state.path, text)

    expect(await state.guestStorage.getItem('any')).toBe(undefined)
    expect(state.getConversationId('ann')).toBe(undefined)
    state.saveConversationId('bob', 'c2')
    expect(state.getConversationId('bob')).toBe('c2')
  },
)

test('where nothing can be kept it says so once, and goes on', () => {
  const file = join(temporary(), 'file')
  writeFileSync(file, '')
  const failures: string[] = []
  const state = openSavedChats(join(file, 'state'), { url, onFailure: (reason) => failures.push(reason) })

  state.saveConversationId('ann', 'c1')
  state.saveConversationId('ann', 'c2')

  expect(failures).toHaveLength(1)
  expect(state.getConversationId('ann')).toBe(undefined)
})

function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'parley-state-'))
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true })
  })
  return path
}
