/**
 * Writes and reads with both threads of the storage, and prints the result:
 * `node --watch storage-program.ts <database>`.
 */
import { openSqliteStorage } from '../../src/storage/sqlite/sqlite-storage.ts'

const storage = await openSqliteStorage({ path: process.argv[2] ?? '' })
const bot = await storage.execute('registerBot', { webhookId: 'demo', userId: 'bot_demo', fieldsJson: '{}' })
const caller = { bot, userId: 'ann' }
await storage.execute('createUser', { bot, id: 'ann', fields: {} })
await storage.execute('createConversation', { caller, id: 'c' })
const payload = '{"type":"text","text":"written"}'
await storage.execute('createMessage', { caller, conversationId: 'c', payload, metadata: undefined })
const membership = await storage.queries.membership(bot, 'ann', 'c')
if (!membership) throw new Error('the user is not a participant in the conversation')
const query = { cursor: undefined, limit: 2 }
const readMany = () =>
  Promise.all(Array.from({ length: 16 }, () => storage.queries.messagePage(membership, query)))
for (let page: unknown; typeof page !== 'object';) {
  const pages = await readMany()
  // The page reader thread returns bytes, this thread a string.
  page = pages.find((result) => typeof result === 'object')
  if (page) process.stdout.write(`${new TextDecoder().decode(page as Uint8Array)}\n`)
}
await storage.close()
process.stdout.write('closed\n')
