import { expect, test } from 'vitest'
import { openInbox, type InboxConversation } from '../src/index.ts'
import { startHostedService } from './hosted-service.ts'
import { join, textsOf, until } from './join.ts'

const quick = { random: () => 0.02, graceMs: 20 }

test.each([
  ['a stream of all conversations', ['user-stream']],
  ['polling', undefined],
])('the inbox follows what happens by %s, and counts what was not read here', async (_, abilities) => {
  await using service = await startHostedService(abilities && { abilities })
  for (const id of ['c1', 'c2', 'c3']) service.say(id, 'bob', `in ${id}`)
  const kept = new Map<string, string>()
  const storage = {
    getItem: (name: string) => kept.get(name),
    setItem: (name: string, value: string) => kept.set(name, value),
  }
  const me = await join(service, 'me')
  const open = () => openInbox(me, { ...quick, storage, pollMs: 30 })
  let rows: readonly InboxConversation[] = []
  const row = (id: string): InboxConversation | undefined => rows.find((each) => each.id === id)
  const inbox = open()
  const watching = inbox.conversations$.subscribe((each) => (rows = each))
  await until(() => rows.length === 3)

  // Only what is in view is loaded; what was there before the inbox was ever opened counts as read.
  expect(row('c1')).not.toHaveProperty('unread')
  inbox.show(['c1', 'c2'])
  await until(() => row('c1')?.unread === 0 && row('c2')?.unread === 0)
  service.say('c1', 'bob', 'one')
  service.say('c1', 'me', 'mine')
  service.say('c1', 'bob', 'two')
  service.say('c4', 'bob', 'new')
  await until(() => row('c1')?.unread === 2 && rows.length === 4)
  expect(rows.map(({ id }) => id)).toEqual(['c4', 'c1', 'c3', 'c2'])
  const { lastMessage } = row('c1') ?? {}
  expect(textsOf(lastMessage ? [lastMessage] : [])).toEqual(['two'])

  const other = row('c2')
  inbox.markRead('c1')
  expect(row('c1')?.unread).toBe(0)
  expect(row('c2')).toBe(other)
  service.say('c1', 'bob', 'three')
  await until(() => row('c1')?.unread === 1)
  watching.unsubscribe()
  await until(() => service.streams === 0)

  const again = open()
  again.show(['c1', 'c4'])
  rows = []
  const watchingAgain = again.conversations$.subscribe((each) => (rows = each))
  await until(() => row('c1')?.unread === 1 && row('c4')?.unread === 1)
  watchingAgain.unsubscribe()
})
