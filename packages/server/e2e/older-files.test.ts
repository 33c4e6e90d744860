import { renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Message } from '@parley/core/contract'
import { expect, test } from 'vitest'
import { copyToOlderFormat, olderFormats } from '../src/storage/sqlite/older-format.ts'
import { startTestServer } from '../src/testing/index.ts'
import { openUserStream } from './raw-http/event-stream.ts'
import { createConversation, createTestUser, listTexts, sendText } from './raw-http/test-user.ts'
import { temporaryFolder } from './support/child-server.ts'
import { createRecordingLogger } from './support/recording-logger.ts'

test('a server migrates a file of the previous format: messages, user streams and repeated requests work', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  await using server = await startTestServer({ data, logger: createRecordingLogger() })
  const [ann, ben] = [await createTestUser(server.url), await createTestUser(server.url)]
  const [leftId, deletedId, keptId] = [
    await createConversation(ann, ben),
    await createConversation(ann, ben),
    await createConversation(ann, ben),
  ]
  const send = () =>
    ann.post<{ message: Message }>(
      '/messages',
      { conversationId: keptId, payload: { type: 'text', text: 'once' } },
      { 'idempotency-key': 'key' },
    )
  const sent = await send()
  let position: string
  {
    await using stream = await openUserStream(ben)
    position = stream.ready.id
  }
  await ann.delete(`/conversations/${leftId}/participants/${ben.id}`)
  await ann.delete(`/conversations/${deletedId}`)
  await server.stop()
  const path = folder.file('source.db')
  renameSync(data, path)
  copyToOlderFormat(path, data, Math.max(...olderFormats))

  await server.start()
  await using stream = await openUserStream(ben, { 'last-event-id': position })
  const removals = [await stream.next(), await stream.next()]
  const repeated = await send()
  await sendText(ann, keptId, 'after the migration')

  expect(stream.ready.state).toBe('resumed')
  expect(removals).toMatchObject([
    { event: 'conversation_removed', data: JSON.stringify({ conversationId: leftId }) },
    { event: 'conversation_removed', data: JSON.stringify({ conversationId: deletedId }) },
  ])
  expect(repeated.body).toEqual(sent.body)
  expect(await listTexts(ben, keptId)).toEqual(['after the migration', 'once'])
})

test('a server does not start with a file of a newer format', async () => {
  using folder = temporaryFolder()
  const data = folder.file('parley.db')
  {
    using database = new DatabaseSync(data)
    database.exec('PRAGMA user_version = 99')
  }

  await expect(startTestServer({ data, logger: createRecordingLogger() })).rejects.toThrow(
    `Unable to open the database ${data}; it was written by a newer version of Parley (format 99). ` +
      'Update Parley to open it.',
  )
})
